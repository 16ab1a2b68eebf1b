import type { Action } from '#shared/policy.ts'
import type { Deed } from './deeds.ts'
import { issueRows } from './issue-rows.ts'
import { everybody } from './row.ts'
import type { Row, Standing } from './row.ts'
import { workspaceRows } from './workspace-rows.ts'

export interface Case {
  /** The row: what is done. */
  title: string
  deed: Deed
  /** Whether the issue is locked. */
  locked: boolean
  /** The rows of `policy.ts` that it needs. */
  needs: readonly Action[]
  /** The column: who does it. */
  who: { standing: Standing; isAuthor: boolean }
  expected: 'allowed' | 'forbidden' | 'not_found' | 'nothing'
}

/** What is done to something of somebody is tried by its author as well. */
const ofAnAuthor: ReadonlySet<Deed['do']> = new Set([
  'read it',
  'read its history',
  'change it',
  'delete it',
  'restore it',
  'read what is said about it',
  'comment on it',
  'vote for it',
  'follow it',
  'edit a comment',
  'delete a comment',
  'hide a comment',
  'read its attachments',
  'attach a file to it',
  'delete its attachment',
  'change it with many others',
  'see what refers to it',
  'see what it is to them',
  'see what they may do with it',
  'take back their vote for it',
  'follow it no more',
  'read a comment',
  'see what they may do with a comment',
  'change a view of somebody',
  'delete a view of somebody',
])

/** The table of who may do what, cell by cell; every door is held against this one list. */
export const cases: readonly Case[] = [...issueRows, ...workspaceRows].flatMap((row) =>
  (row.among ?? everybody).flatMap((standing) =>
    (ofAnAuthor.has(row.deed.do) ? [false, true] : [false]).map((isAuthor): Case => ({
      title: row.title ?? row.deed.do,
      deed: row.deed,
      locked: row.locked ?? false,
      needs: row.needs,
      who: { standing, isAuthor },
      expected: expected(row, standing, isAuthor),
    })),
  ),
)

/** Who cannot see the workspace learns nothing of it, whatever they wrote there before. */
function expected(
  { may, mayAsAuthor = [], hiddenFrom = ['outsider'], others }: Row,
  standing: Standing,
  isAuthor: boolean,
): Case['expected'] {
  if (may.includes(standing)) return 'allowed'
  if (hiddenFrom.includes(standing)) return 'not_found'
  return isAuthor && (may.includes('author') || mayAsAuthor.includes(standing))
    ? 'allowed'
    : (others ?? 'forbidden')
}

/** How a case's column is called. */
export function nameOf({ standing, isAuthor }: Case['who']): string {
  return isAuthor ? `${standing} who wrote it` : standing
}
