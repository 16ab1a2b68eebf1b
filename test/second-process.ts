import { createApi } from '#api/app.ts'
import type { Tracker } from '#shared/context.ts'
import { connectClerk } from '#shared/identity/clerk.ts'
import type { ClerkOptions } from '#shared/identity/clerk.ts'
import { ApiClient } from './api-client.ts'
import { origin } from './world.ts'
import type { World } from './world.ts'

export interface SecondProcess {
  tracker: Tracker
  /** Sends what the test says and nothing else. */
  api: ApiClient
}

/** Another process of the same product: the same database and Clerk, and a memory and perhaps settings of its own. */
export function secondProcess(
  { tracker, clerk, live }: World,
  { log = tracker.log, ...settings }: Partial<ClerkOptions> & { log?: Tracker['log'] } = {},
): SecondProcess {
  const { clock } = tracker
  const options = { ...clerk, issuer: clerk.apiUrl, authorizedParties: [origin], clock, ...settings }
  const other: Tracker = { ...tracker, log, clerk: connectClerk(options) }
  const api = createApi({
    tracker: other,
    live,
    origins: [origin],
    page: {
      clerkPublishableKey: clerk.publishableKey,
      clerkProxyUrl: null,
      local: true,
      linking: true,
      playgroundUrl: null,
      localAccounts: [],
    },
    assertReady: async () => {},
  })
  return {
    tracker: other,
    api: new ApiClient({ fetch: (request) => api.fetch(request), headers: () => ({}), check: () => {} }),
  }
}
