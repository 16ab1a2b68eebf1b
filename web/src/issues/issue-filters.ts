import { ListIssues } from '#shared/issues/schema.ts'

const Filters = ListIssues.pick({ status: true, label: true, author: true })

/** What narrows the list; an absent one does not. */
export type IssueFilters = Pick<ListIssues, FilterName>
export type FilterName = 'status' | 'label' | 'author'

/** The filters that an address names. One that makes no sense is left out, as if it were not there. */
export function filtersFrom(search: URLSearchParams): IssueFilters {
  const { status, label, author } = Filters.shape
  const valid = {
    status: status.safeParse(search.get('status') ?? undefined).data,
    label: label.safeParse(search.get('label') ?? undefined).data,
    author: author.safeParse(search.get('author') ?? undefined).data,
  }
  return Object.fromEntries(Object.entries(valid).filter(([, value]) => value !== undefined))
}

/** The address's query with one filter set, or taken away. */
export function withFilter(search: URLSearchParams, name: FilterName, value: string | null): URLSearchParams {
  const changed = new URLSearchParams(search)
  if (value === null) changed.delete(name)
  else changed.set(name, value)
  return changed
}
