import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import type { CreateIssue, Issue, IssueChange } from '#shared/issues/schema.ts'
import type { z } from 'zod'
import { useClient } from '../api/api-provider.tsx'
import type { Client } from '../api/client.ts'
import type { IssueFilters } from './issue-filters.ts'

const keys = {
  workspace: (slug: string) => ['issues', slug] as const,
  lists: (slug: string) => ['issues', slug, 'list'] as const,
  one: (slug: string, number: number) => ['issues', slug, 'one', number] as const,
  history: (slug: string, number: number) => ['issues', slug, 'history', number] as const,
  permissions: (slug: string, number: number) => ['issues', slug, 'permissions', number] as const,
}

/** How soon a change made in Discord, or by somebody else, is seen on a list that stays open. */
const lookAgainMs = 10_000

/** Which issue is meant. */
export interface IssueAddress {
  slug: string
  number: number
}

const paramOf = ({ slug, number }: IssueAddress) => ({ slug, number: String(number) })

const issueQuery = (client: Client, address: IssueAddress) =>
  queryOptions({
    queryKey: keys.one(address.slug, address.number),
    refetchInterval: lookAgainMs,
    queryFn: async (): Promise<Issue> =>
      (await client.workspaces[':slug'].issues[':number'].$get({ param: paramOf(address) })).json(),
  })

export function useIssues(slug: string, filters: IssueFilters) {
  const client = useClient()
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: [...keys.lists(slug), filters] as const,
      initialPageParam: null as string | null, // the first page has no cursor, which the literal alone would not say
      queryFn: async ({ pageParam: cursor }) => {
        const query = { ...filters, ...(cursor === null ? {} : { cursor }) }
        return (await client.workspaces[':slug'].issues.$get({ param: { slug }, query })).json()
      },
      getNextPageParam: (page) => page.nextCursor,
      refetchInterval: lookAgainMs,
      // While another filter loads, the list before stays, dimmed; another workspace's never does.
      placeholderData: (previous, query) => (query?.queryKey[1] === slug ? previous : undefined),
    }),
  )
}

export function useIssue(address: IssueAddress) {
  return useQuery(issueQuery(useClient(), address))
}

export function useIssuePermissions(address: IssueAddress) {
  const client = useClient()
  return useQuery({
    queryKey: keys.permissions(address.slug, address.number),
    queryFn: async () => {
      const answer = await client.workspaces[':slug'].issues[':number'].permissions.$get({
        param: paramOf(address),
      })
      return (await answer.json()).data
    },
  })
}

export function useIssueHistory(address: IssueAddress) {
  const client = useClient()
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: keys.history(address.slug, address.number),
      initialPageParam: null as string | null, // as above
      queryFn: async ({ pageParam: cursor }) => {
        const query = cursor === null ? {} : { cursor }
        const param = paramOf(address)
        const answer = await client.workspaces[':slug'].issues[':number'].history.$get({ param, query })
        return answer.json()
      },
      getNextPageParam: (page) => page.nextCursor,
    }),
  )
}
type NewIssue = z.input<typeof CreateIssue>

export function useCreateIssue(slug: string) {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (json: NewIssue): Promise<Issue> =>
      (await client.workspaces[':slug'].issues.$post({ param: { slug }, json })).json(),
    onSuccess: (issue) => {
      cache.setQueryData(keys.one(slug, issue.number), issue)
      return cache.invalidateQueries({ queryKey: keys.lists(slug) })
    },
  })
}

/** Changes the version that was seen; one that is newer is refused as `stale`, never overwritten. */
export function useChangeIssue(address: IssueAddress) {
  const client = useClient()
  const remember = useRememberIssue(address)
  return useMutation({
    mutationFn: async ({ version, change }: { version: number; change: IssueChange }): Promise<Issue> => {
      const header = { 'if-match': `"${version}"` }
      const answer = await client.workspaces[':slug'].issues[':number'].$patch({
        param: paramOf(address),
        header,
        json: change,
      })
      return answer.json()
    },
    onSuccess: remember,
  })
}

/** Fetches the issue as it is now, whatever was seen before; what shows it follows. */
export function useFetchLatestIssue(address: IssueAddress) {
  const client = useClient()
  const cache = useQueryClient()
  const remember = useRememberIssue(address)
  return async (): Promise<Issue> => {
    const latest = await cache.fetchQuery({ ...issueQuery(client, address), staleTime: 0 })
    await remember(latest)
    return latest
  }
}

export function useDeleteIssue({ slug, number }: IssueAddress) {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (version: number) => {
      const header = { 'if-match': `"${version}"` }
      await client.workspaces[':slug'].issues[':number'].$delete({ param: paramOf({ slug, number }), header })
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.lists(slug) }),
  })
}

export function useRestoreIssue() {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (address: IssueAddress): Promise<Issue> =>
      (await client.workspaces[':slug'].issues[':number'].restore.$post({ param: paramOf(address) })).json(),
    onSuccess: (_issue, { slug }) => cache.invalidateQueries({ queryKey: keys.workspace(slug) }),
  })
}

function useRememberIssue({ slug, number }: IssueAddress) {
  const cache = useQueryClient()
  return async (issue: Issue) => {
    cache.setQueryData(keys.one(slug, number), issue)
    await Promise.all([
      cache.invalidateQueries({ queryKey: keys.lists(slug) }),
      cache.invalidateQueries({ queryKey: keys.history(slug, number) }),
      cache.invalidateQueries({ queryKey: keys.permissions(slug, number) }),
    ])
  }
}
