import { serveHttp } from '#api/server.ts'
import { createLocalClerk } from '#local/clerk/local-clerk.ts'
import type { ServerSettings } from './server-process.ts'

export interface BenchClerk extends AsyncDisposable {
  settings: ServerSettings['clerk']
  /** A fresh session token for each of the people; they live for a minute. */
  tokens(): string[]
}

/** A local Clerk, in this process, that knows the people who ask and is asked by the API as it would ask the real one. */
export async function openBenchClerk(clerkIds: readonly string[], origin: string): Promise<BenchClerk> {
  let answer: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 })
  const server = await serveHttp({ fetch: (request) => answer(request), host: '127.0.0.1', port: 0 })
  const emailOf = (clerkId: string) => `${clerkId}@example.com`
  const clerk = await createLocalClerk({
    url: `http://127.0.0.1:${server.port}/__clerk`,
    origins: () => [origin],
    discordAccounts: () => [],
    seedUsers: clerkIds.map((id) => ({
      id,
      email: emailOf(id),
      password: 'correct horse',
      firstName: 'Person',
      lastName: 'Ångström',
    })),
  })
  answer = (request) => clerk.fetch(request)
  const sessions = await Promise.all(clerkIds.map((id) => clerk.signIn(emailOf(id))))
  const { secretKey, publishableKey, jwtKey, apiUrl } = clerk
  return {
    settings: { secretKey, publishableKey, jwtKey, apiUrl },
    tokens: () => sessions.map(({ token }) => token({ azp: origin })),
    async [Symbol.asyncDispose]() {
      await server.close()
      await clerk.close()
    },
  }
}
