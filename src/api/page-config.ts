import { z } from '@hono/zod-openapi'

/** What the dashboard must know before anybody has signed in. Nothing here is secret. */
export const PageConfig = z
  .object({
    clerkPublishableKey: z.string(),
    clerkProxyUrl: z
      .string()
      .nullable()
      .meta({ description: 'Where the page reaches Clerk, when not directly.' }),
    local: z.boolean().meta({ description: 'True while a stand-in is active.' }),
    linking: z.boolean().meta({ description: 'Whether Discord accounts can be linked here.' }),
    playgroundUrl: z.string().nullable(),
    localAccounts: z.array(z.object({ email: z.string(), password: z.string(), about: z.string() })),
  })
  .meta({ id: 'PageConfig' })
export type PageConfig = z.infer<typeof PageConfig>
