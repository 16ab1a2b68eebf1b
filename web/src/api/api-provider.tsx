import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, useContext, useState } from 'react'
import type { ReactNode } from 'react'
import { createClient } from './client.ts'
import type { Client, GetToken } from './client.ts'
import { isWorthRetrying } from './problem.ts'

const ClientContext = createContext<Client | null>(null)

export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('useClient is for components inside ApiProvider.')
  return client
}

const retries = 2

/** One for each person: what somebody else could read must not be left in a cache. */
export function ApiProvider({ getToken, children }: { getToken: GetToken; children: ReactNode }) {
  const [client] = useState(() => createClient(getToken))
  const [queryClient] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          // Offline, a request fails and says so; by itself the library would wait in silence.
          queries: {
            networkMode: 'always',
            refetchOnReconnect: true,
            staleTime: 5_000,
            retry: (failures, error) => failures < retries && isWorthRetrying(error),
          },
          mutations: { networkMode: 'always', retry: false },
        },
      }),
  )
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </ClientContext>
  )
}
