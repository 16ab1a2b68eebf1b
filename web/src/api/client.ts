import { hc } from 'hono/client'
import type { Api } from '#api/app.ts'
import { problemFrom, unreachable } from './problem.ts'

export type GetToken = (options?: { skipCache?: boolean }) => Promise<string | null>

/**
 * The API, typed from its routes. Every call gives the answer it was made for or throws a `Problem`: what is not
 * a success never looks like one. Tokens live a minute; one that is refused is renewed once, as nothing was done.
 */
export function createClient(getToken: GetToken) {
  async function send(input: RequestInfo | URL, init: RequestInit | undefined, token: string | null) {
    const headers = new Headers(init?.headers)
    headers.set('x-snag-door', 'web')
    if (token !== null) headers.set('authorization', `Bearer ${token}`)
    try {
      return await fetch(input, { ...init, headers })
    } catch (error) {
      // fetch throws a TypeError when no answer came; anything else is a fault of ours.
      if (error instanceof TypeError) throw unreachable()
      throw error
    }
  }

  async function tokenOr(options?: { skipCache: boolean }) {
    try {
      return await getToken(options)
    } catch {
      throw unreachable() // Clerk could not be asked for a token
    }
  }

  const request: typeof fetch = async (input, init) => {
    let response = await send(input, init, await tokenOr())
    if (response.status === 401) response = await send(input, init, await tokenOr({ skipCache: true }))
    if (!response.ok) throw await problemFrom(response)
    return response
  }
  return hc<Api>('/api/v1', { fetch: request })
}

export type Client = ReturnType<typeof createClient>
