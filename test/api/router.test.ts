import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createApi } from '#api/app.ts'
import type { Tracker } from '#shared/context.ts'
import { createFeed } from '#shared/live/feed.ts'

test('every route fits the fast one of Hono’s routers', async () => {
  const tracker = { log: pino({ level: 'silent' }) } as Tracker // no route is called that asks it anything
  const api = createApi({
    tracker,
    live: createFeed({ tracker, limits: { perProcess: 1, perUser: 1 } }),
    origins: ['http://localhost:3000'],
    page: {
      clerkPublishableKey: 'pk_test_',
      clerkProxyUrl: null,
      local: true,
      linking: true,
      playgroundUrl: null,
      localAccounts: [],
    },
    assertReady: async () => {},
  })

  // The router is chosen at the first request.
  await api.request('/healthz')

  expect(api.router.name).toBe('SmartRouter + RegExpRouter')
})
