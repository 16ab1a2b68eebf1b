import sql from 'sql-template-tag'
import { rewriteReferences } from './references.ts'
import { ofImport } from './work.ts'
import type { Batch } from './work.ts'

/**
 * Makes the texts of these records name the issues they mean by the numbers these have here. An issue that is not here is
 * named so that nobody takes it for one that is.
 */
export async function rewriter(
  { tx, work }: Batch,
  refs: readonly string[],
): Promise<(text: string, issue: string) => string> {
  const wanted = [...new Set(refs)]
  const isAsItWas = work.format === 'snag' && work.keepsNumbers
  if (wanted.length === 0 || isAsItWas) return (text) => text
  const rows = await tx.query<{ externalId: string; number: number }>(sql`
    select external_id as "externalId", target as number from import_records
    where ${ofImport(work)} and kind = 'issue' and external_id = any(${wanted}::text[]) and target is not null
    union
    select external_id, issue_number from import_items
    where workspace_id = ${work.workspaceId} and source = ${work.source} and external_id = any(${wanted}::text[])
      and comment_id is null`)
  const numbers = new Map(rows.map(({ externalId, number }) => [externalId, number]))
  return (text, issue) => {
    const home = issue.slice(0, issue.indexOf('#'))
    return rewriteReferences(text, (named, written) => {
      if (work.format === 'snag' && named.repository !== null) return written
      const number = numbers.get(`${named.repository ?? home}#${named.number}`)
      if (number !== undefined) return `#${number}`
      if (named.repository !== null) return written
      return home === '' ? `no. ${named.number}` : `${home}#${named.number}`
    })
  }
}
