import { homeSlug, Slug } from '#shared/workspaces/schema.ts'

const key = 'snag.last-workspace'

/** Where this browser was last; *home* when nowhere yet. */
export function lastWorkspace(): string {
  return Slug.safeParse(localStorage.getItem(key)).data ?? homeSlug
}

export function rememberWorkspace(slug: string): void {
  localStorage.setItem(key, slug)
}

/** A workspace that turned out not to be there must not be where the start leads. */
export function forgetWorkspace(slug: string): void {
  if (localStorage.getItem(key) === slug) localStorage.removeItem(key)
}
