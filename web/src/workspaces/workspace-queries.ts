import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CreateLabel } from '#shared/labels/schema.ts'
import type { GrantedRole } from '#shared/members/schema.ts'
import type { Permission } from '#shared/permissions/schema.ts'
import type { ChangeWorkspace, CreateWorkspace } from '#shared/workspaces/schema.ts'
import { useClient } from '../api/api-provider.tsx'
import type { Client } from '../api/client.ts'

const keys = {
  all: ['workspaces'] as const,
  one: (slug: string) => ['workspace', slug] as const,
  permissions: (slug: string) => ['workspace', slug, 'permissions'] as const,
  labels: (slug: string) => ['workspace', slug, 'labels'] as const,
  members: (slug: string) => ['workspace', slug, 'members'] as const,
}

const queries = {
  all: (client: Client) =>
    queryOptions({
      queryKey: keys.all,
      queryFn: async () => (await (await client.workspaces.$get()).json()).data,
    }),
  one: (client: Client, slug: string) =>
    queryOptions({
      queryKey: keys.one(slug),
      queryFn: async () => (await client.workspaces[':slug'].$get({ param: { slug } })).json(),
    }),
  permissions: (client: Client, slug: string) =>
    queryOptions({
      queryKey: keys.permissions(slug),
      queryFn: async () =>
        (await (await client.workspaces[':slug'].permissions.$get({ param: { slug } })).json()).data,
    }),
  labels: (client: Client, slug: string) =>
    queryOptions({
      queryKey: keys.labels(slug),
      queryFn: async () =>
        (await (await client.workspaces[':slug'].labels.$get({ param: { slug } })).json()).data,
    }),
  members: (client: Client, slug: string) =>
    queryOptions({
      queryKey: keys.members(slug),
      queryFn: async () =>
        (await (await client.workspaces[':slug'].members.$get({ param: { slug }, query: {} })).json()).data,
    }),
}

export const useWorkspaces = () => useQuery(queries.all(useClient()))
export const useWorkspace = (slug: string) => useQuery(queries.one(useClient(), slug))
export const useWorkspacePermissions = (slug: string) => useQuery(queries.permissions(useClient(), slug))
export const useLabels = (slug: string) => useQuery(queries.labels(useClient(), slug))
export const useMembers = (slug: string) => useQuery(queries.members(useClient(), slug))

/** False until the server has said yes: what would be refused is not offered. */
export function isAllowed(permissions: Permission[] | undefined, action: string): boolean {
  return permissions?.some((permission) => permission.action === action && permission.allowed) ?? false
}

export function useCreateWorkspace() {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (json: CreateWorkspace) => (await client.workspaces.$post({ json })).json(),
    onSuccess: (workspace) => {
      cache.setQueryData(keys.one(workspace.slug), workspace)
      return cache.invalidateQueries({ queryKey: keys.all })
    },
  })
}

export function useChangeWorkspace(slug: string) {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (json: ChangeWorkspace) =>
      (await client.workspaces[':slug'].$patch({ param: { slug }, json })).json(),
    onSuccess: (workspace) => {
      cache.setQueryData(keys.one(slug), workspace)
      return cache.invalidateQueries({ queryKey: keys.all })
    },
  })
}

export function useCreateLabel(slug: string) {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (json: CreateLabel) =>
      (await client.workspaces[':slug'].labels.$post({ param: { slug }, json })).json(),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.labels(slug) }),
  })
}

/** Gives a person a role, whether they had one before or not. */
export function useSetRole(slug: string) {
  const client = useClient()
  const refresh = useRefreshMembership(slug)
  return useMutation({
    mutationFn: async ({ userId, role }: { userId: string; role: GrantedRole }) =>
      (
        await client.workspaces[':slug'].members[':userId'].$put({ param: { slug, userId }, json: { role } })
      ).json(),
    onSuccess: refresh,
  })
}

export function useRemoveMember(slug: string) {
  const client = useClient()
  const refresh = useRefreshMembership(slug)
  return useMutation({
    mutationFn: async (userId: string) => {
      await client.workspaces[':slug'].members[':userId'].$delete({ param: { slug, userId } })
    },
    onSuccess: refresh,
  })
}

/** A change of roles may be a change of one's own: what may be done is asked anew. */
function useRefreshMembership(slug: string) {
  const cache = useQueryClient()
  return () =>
    Promise.all([
      cache.invalidateQueries({ queryKey: keys.one(slug) }),
      cache.invalidateQueries({ queryKey: keys.all }),
    ])
}
