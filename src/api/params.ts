import { z } from '@hono/zod-openapi'

/** Any text is a possible address: one that cannot exist is not found, like any other that does not. */
export const InWorkspace = z.object({ slug: z.string().meta({ example: 'home' }) })

export const IfMatch = z.object({
  'if-match': z.string().optional().meta({
    description: 'The ETag or the version of what you saw; 412 when it has been changed since.',
    example: '"3"',
  }),
})
