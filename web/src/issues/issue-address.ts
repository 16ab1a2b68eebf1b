import type { IssueAddress } from './issue-queries.ts'

/** The page of an issue over the table; `search` keeps the table's filters. */
export function issueHref({ slug, number }: IssueAddress, search = ''): string {
  return `/w/${slug}/issues/${number}${search === '' ? '' : `?${search}`}`
}

/** Marks a step in the browser's history after which going back shows the table again. */
export const openedFromTable = { openedFromTable: true } as const

export function wasOpenedFromTable(): boolean {
  const state: unknown = history.state
  return typeof state === 'object' && state !== null && 'openedFromTable' in state
}
