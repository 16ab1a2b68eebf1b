import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useClient } from '../api/api-provider.tsx'

const meKey = ['me'] as const

/** The caller's own account in Snag. */
export function useMe() {
  const client = useClient()
  return useQuery({ queryKey: meKey, queryFn: async () => (await client.me.$get()).json() })
}

/** Links the Discord account that Clerk reports as verified. What a guest wrote follows, so everything is read anew. */
export function useLinkDiscord() {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async () => (await client.account.discord.$post()).json(),
    onSuccess: () => cache.invalidateQueries(),
  })
}

export function useUnlinkDiscord() {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async () => (await client.account.discord.$delete()).json(),
    onSuccess: () => cache.invalidateQueries(),
  })
}
