import sql from 'sql-template-tag'
import type { WorkspaceScope } from '../context.ts'
import type { Scope } from '../operation.ts'

/** An issue that is talked about, locked until the operation ends, and what its caller has said about it so far. */
export interface TalkedAbout {
  number: number
  locked: boolean
  hidden: boolean
  votes: number
  voted: boolean
  muted: boolean | null
}

/** Only the issue's own row is locked: nobody else in the workspace waits for it. */
export async function lockForTalk(
  { tx, actor, workspace }: Scope<WorkspaceScope>,
  { number }: { number: number },
): Promise<TalkedAbout | null> {
  const found = tx.query<Pick<TalkedAbout, 'number' | 'locked' | 'hidden' | 'votes'>>(sql`
    select number, locked, hidden_at is not null as hidden, votes from issues
    where workspace_id = ${workspace.id} and number = ${number} and deleted_at is null
    for no key update`)
  // A statement of its own: the one that waited for the lock sees other tables as they were before the wait.
  const said = tx.query<Pick<TalkedAbout, 'voted' | 'muted'>>(sql`
    select exists (select 1 from votes where workspace_id = ${workspace.id} and issue_number = ${number}
        and user_id = ${actor.userId}) as voted,
      (select muted from subscriptions where workspace_id = ${workspace.id} and issue_number = ${number}
        and user_id = ${actor.userId}) as muted`)
  const [[issue], [own]] = await Promise.all([found, said])
  return issue === undefined || own === undefined ? null : { ...issue, ...own }
}
