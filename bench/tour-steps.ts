import { nextCursorOf } from './ask.ts'
import type { MeasuredServer } from './server-process.ts'

export interface Tourist {
  server: MeasuredServer
  /** Tokens of an admin of *home*, of somebody else, and of somebody whose account comes to an end by this. */
  admin: string
  someone: string
  leaving: string
  /** Our own id of yet another. */
  personId: string
  /** An issue that is shown. */
  issue: number
  /** A server that is connected to *home*. */
  guildId: string
}

export interface Asked {
  /** What stands in the braces of the route, in order; a workspace is *home*. */
  given?: readonly unknown[]
  query?: string
  body?: unknown
  as?: string
  /** That it is refused in the end is no matter: what it reads before is what counts. */
  refused?: boolean
}

/** Takes a route of the API, as its description names it. */
export type Go = (route: string, asked?: Asked) => Promise<unknown>

export const workspace = '/workspaces/{slug}'
export const list = `${workspace}/issues`
export const one = `${list}/{number}`
export const comment = `${one}/comments/{commentId}`
export const view = `${workspace}/views/{viewId}`
export const webhook = `${workspace}/webhooks/{webhookId}`

/** The first page and the one after it. */
export async function pages(go: Go, route: string, query: string, asked: Asked = {}): Promise<void> {
  const next = nextCursorOf(await go(route, { ...asked, query: `?${query}` }))
  if (next !== null) await go(route, { ...asked, query: `?${query}&cursor=${next}` })
}
