import { z } from 'zod'
import type { Answer, ApiClient } from '#test/api-client.ts'
import type { World } from '#test/world.ts'

/** A JSON Schema, as far as samples are made from it. */
interface Schema {
  $ref?: string
  example?: unknown
  const?: unknown
  enum?: unknown[]
  type?: string | string[]
  format?: string
  minimum?: number
  minItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

const Described = z.object({
  operationId: z.string(),
  parameters: z
    .array(
      z.object({
        in: z.string(),
        name: z.string(),
        required: z.boolean().optional(),
        schema: z.custom<Schema>(),
      }),
    )
    .default([]),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).optional() })),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: z.custom<Schema>() })) })
    .optional(),
})
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.custom<Schema>()) }),
})

/** What cannot be told from the description: which fields exclude each other, and what ids look like. */
const bodies: Record<string, unknown> = {
  changeGuild: { guestsAllowed: false },
  changeIssues: { numbers: [1], change: { status: 'done', addLabels: ['bug'] } },
}

/** What reads by a body, because the text that it is asked about is too long for an address. */
const asked: ReadonlySet<string> = new Set(['findSimilarIssues'])

export interface Route {
  name: string
  method: string
  /** With the names of its parameters in braces. */
  path: string
  reads: boolean
  /** What has to stand behind the path. */
  query: string
  /** A body with every field that it takes; undefined for none. */
  body: unknown
}

/**
 * Every route of a workspace that the API describes: what is added to it later is among them. Without streams, which do
 * not end by themselves: who reads one is held against the policy where streams are.
 */
export async function routesOfWorkspaces({ anonymous }: World): Promise<Route[]> {
  const { body } = await anonymous.get('/api/openapi.json')
  const { paths, components } = Document.parse(body)
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/v1/workspaces/{slug}'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, described]): Route[] => {
        const { operationId: name, parameters, requestBody, responses } = Described.parse(described)
        if (responses['200']?.content?.['text/event-stream'] !== undefined) return []
        const queried = parameters
          .filter((parameter) => parameter.in === 'query' && parameter.required === true)
          .map(({ name, schema }): [string, string] => [name, String(sample(schema, components.schemas))])
        const query = queried.length === 0 ? '' : `?${new URLSearchParams(queried).toString()}`
        const schema = requestBody?.content['application/json']?.schema
        const file =
          requestBody?.content['application/octet-stream'] === undefined ? undefined : 'All is well.'
        const sent = schema === undefined ? file : (bodies[name] ?? sample(schema, components.schemas))
        return [
          {
            name,
            method: method.toUpperCase(),
            path,
            query,
            reads: method === 'get' || asked.has(name),
            body: sent,
          },
        ]
      }),
    )
}

/** The id of nothing and nobody. */
export const noId = '0193f2a0-0000-7000-8000-000000000001'

/**
 * Asks for it, with these values for the names in its path, or for the part before a name: `labels` for `labels/{id}`.
 * An id that is not given is the id of nothing.
 */
export function ask(
  api: ApiClient,
  { method, path, query, body }: Route,
  values: Partial<Record<string, string | number>>,
): Promise<Answer> {
  const address = path.replaceAll(/(\w+)\/\{(\w+)\}/g, (_, of: string, name: string) => {
    const value = values[name] ?? values[of] ?? (/^id$|Id$/.test(name) ? noId : undefined)
    if (value === undefined) throw new Error(`Say what {${name}} of ${path} shall be.`)
    return `${of}/${encodeURIComponent(value)}`
  })
  return api.send(method, address + query, body)
}

function sample(schema: Schema, all: Record<string, Schema>): unknown {
  const { $ref, example, enum: values, anyOf, oneOf, allOf, items, properties } = schema
  if ($ref !== undefined) return sample(all[$ref.replace(/^.*\//, '')] ?? {}, all)
  if (example !== undefined) return example
  if (schema.const !== undefined) return schema.const
  if (values !== undefined) return values.at(-1)
  const [first] = anyOf ?? oneOf ?? allOf ?? []
  if (first !== undefined) return sample(first, all)
  const type = [schema.type].flat()[0]
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, field]) => [name, sample(field, all)]),
      )
    case 'array':
      return items === undefined ? [] : [sample(items, all)]
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    case 'boolean':
      return true
    case 'string':
      return schema.format === 'uuid' ? noId : 'A text of some length.'
    default:
      return null
  }
}
