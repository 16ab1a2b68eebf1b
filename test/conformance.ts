import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { expect } from 'vitest'
import type { ApiEnv } from '#api/env.ts'
import type { Answer } from './api-client.ts'

interface DescribedRoute {
  name: string
  method: string
  path: RegExp
  responses: Record<string, unknown>
}

const Described = z.object({ content: z.record(z.string(), z.object({ schema: z.instanceof(z.ZodType) })) })

/** Holds what the API answered against what it says of itself. */
export type Conformance = (method: string, path: string, answer: Answer) => void

/**
 * Fails for a status that a route does not announce, and for a body that is not exactly of the schema announced
 * for it: a field too many is a leak, a field too few breaks a client.
 */
export function conformanceTo(api: OpenAPIHono<ApiEnv>): Conformance {
  const routes = api.openAPIRegistry.definitions.flatMap((definition): DescribedRoute[] =>
    definition.type === 'route'
      ? [
          {
            name: `${definition.route.method} ${definition.route.path}`,
            method: definition.route.method,
            path: new RegExp(`^${definition.route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
            responses: definition.route.responses,
          },
        ]
      : [],
  )
  return (method, target, { status, headers, body }) => {
    const path = target.replace(/[?#].*$/, '')
    const route = routes.find((route) => route.method === method.toLowerCase() && route.path.test(path))
    if (route === undefined || status === 304) return
    const announced = route.responses[status]
    expect(announced, `${route.name} announces ${status}`).toBeDefined()
    const described = Described.safeParse(announced)
    if (!described.success) {
      expect(body, `${route.name} has no body with ${status}`).toBeNull()
      return
    }
    const type = headers.get('content-type') ?? ''
    const schema = described.data.content[type]?.schema
    if (schema === undefined) throw new Error(`${route.name} does not announce ${type} with ${status}.`)
    // Parsing takes out what the schema does not know.
    expect(schema.parse(body), `the body of ${route.name} with ${status} is of its schema`).toStrictEqual(
      body,
    )
  }
}
