import sql from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import { searchable } from './words.ts'

export interface IssueKey {
  workspaceId: number
  number: number
}

interface IndexedText extends IssueKey {
  title: string
  description: string
  comments: string | null
}

/** Of the comments on one issue, the newest; PostgreSQL does not index more than a megabyte of words. */
const commentsIndexed = 200
const commentsLength = 100_000
/** Words of one issue that others are held against. */
const wordsCounted = 2_000
const longestCounted = 32

/** Makes what search finds of these issues what they now are; doing it twice changes nothing. */
export async function indexIssues(tx: Transaction, keys: readonly IssueKey[]): Promise<void> {
  if (keys.length === 0) return
  const workspaces = keys.map(({ workspaceId }) => workspaceId)
  const numbers = keys.map(({ number }) => number)
  const texts = await tx.query<IndexedText>(sql`
    select i.workspace_id as "workspaceId", i.number, i.title, i.description, said.comments
    from unnest(${workspaces}::int[], ${numbers}::int[]) as key(workspace_id, number)
    join issues i on i.workspace_id = key.workspace_id and i.number = key.number and i.deleted_at is null
    left join lateral (
      select left(string_agg(newest.body, ' ' order by newest.id desc), ${commentsLength}) as comments from (
        select c.id, c.body from comments c
        where c.workspace_id = i.workspace_id and c.issue_number = i.number
          and c.deleted_at is null and c.hidden_at is null
        order by c.id desc limit ${commentsIndexed}) newest) said on true`)
  tx.send(sql`
    delete from issue_search s using unnest(${workspaces}::int[], ${numbers}::int[]) as key(workspace_id, number)
    where s.workspace_id = key.workspace_id and s.number = key.number and not exists (
      select 1 from issues i where i.workspace_id = s.workspace_id and i.number = s.number and i.deleted_at is null)`)
  const prepared = texts.map(({ title, description, comments, ...key }) => ({
    ...key,
    title: searchable(title),
    description: searchable(description),
    comments: searchable(comments ?? ''),
  }))
  // Of a row that was there before, `xmax` is the transaction that changes it now: this one.
  const written = await tx.query<IssueKey & { fresh: boolean }>(sql`
    insert into issue_search as s (workspace_id, number, vector)
    select text."workspaceId", text.number, setweight(to_tsvector('snag', text.title), 'A')
      || setweight(to_tsvector('snag', text.description), 'B') || setweight(to_tsvector('snag', text.comments), 'C')
    from json_to_recordset(${JSON.stringify(prepared)}::json)
      as text("workspaceId" int, number int, title text, description text, comments text)
    order by 1, 2
    on conflict (workspace_id, number) do update set vector = excluded.vector
    where s.vector is distinct from excluded.vector
    returning s.workspace_id as "workspaceId", s.number, s.xmax = 0 as fresh`)
  countWords(
    tx,
    prepared,
    new Map(written.map(({ workspaceId, number, fresh }) => [`${workspaceId}-${number}`, fresh])),
  )
}

/** Remembers the words, and counts those of issues that are indexed for the first time. */
function countWords(
  tx: Transaction,
  texts: readonly IndexedText[],
  written: ReadonlyMap<string, boolean>,
): void {
  const counts = new Map<string, { workspaceId: number; word: string; issues: number }>()
  for (const { workspaceId, number, title, description, comments } of texts) {
    const fresh = written.get(`${workspaceId}-${number}`)
    if (fresh === undefined) continue
    for (const word of [...new Set(`${title} ${description} ${comments ?? ''}`.split(' '))].slice(
      0,
      wordsCounted,
    )) {
      if (word.length < 2 || word.length > longestCounted || /^\d+$/.test(word)) continue
      const key = `${workspaceId}-${word}`
      const count = counts.get(key) ?? { workspaceId, word, issues: 0 }
      if (fresh) count.issues += 1
      counts.set(key, count)
    }
  }
  if (counts.size === 0) return
  tx.send(sql`
    insert into search_words as w (workspace_id, word, issues)
    select word."workspaceId", word.word, word.issues
    from json_to_recordset(${JSON.stringify([...counts.values()])}::json) as word("workspaceId" int, word text, issues int)
    order by 1, 2
    on conflict (workspace_id, word) do update set issues = w.issues + excluded.issues where excluded.issues > 0`)
}
