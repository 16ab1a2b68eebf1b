import { createRoute, z } from '@hono/zod-openapi'
import type { RouteConfig, RouteHandler } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { Context } from '#shared/context.ts'
import { Json } from '#shared/read.ts'
import { about, jsonBody, problems } from './documented.ts'
import { contextOf } from './env.ts'
import type { ApiEnv } from './env.ts'
import { versionFrom } from './if-match.ts'
import { IfMatch, InWorkspace } from './params.ts'
import { sendGone, sendPage, sendRead, sendResult } from './responses.ts'

/** An operation or a read: what it is called, what it takes and gives, and how it is called. */
interface Served<I extends z.ZodObject, O extends z.ZodType> {
  (ctx: Context, input: z.input<NoInfer<I>>): Promise<unknown>
  readonly operationName: string
  readonly summary: string
  readonly input: I
  readonly output: O
}

/** What an endpoint adds to its operation. */
export interface Details<O extends z.ZodType, S extends Status> {
  /** 200 where nothing is made by a POST; otherwise it is 201, of what gives null 204, of everything else 200. */
  status?: S
  /** The address of what was made, below that of the endpoint. */
  location?: (made: z.output<O>) => string
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Status = 200 | 201 | 204

/** The names in braces. */
type Named<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never
type ShapeOf<I extends z.ZodObject> = I['shape']
/** What is left of the input for the query or the body: `version` comes as `If-Match`. */
type Rest<I extends z.ZodObject, P extends string> = Omit<ShapeOf<I>, Named<P> | 'version'>

type ParamsOf<I extends z.ZodObject, P extends string> = [Named<P>] extends [never]
  ? object
  : {
      params: z.ZodObject<
        ('slug' extends Named<P> ? typeof InWorkspace.shape : object) &
          Pick<ShapeOf<I>, Exclude<Named<P>, 'slug'> & keyof ShapeOf<I>>
      >
    }
type RestOf<I extends z.ZodObject, P extends string, M extends Method> = [keyof Rest<I, P>] extends [never]
  ? object
  : M extends 'get' | 'delete'
    ? { query: z.ZodObject<Rest<I, P>> }
    : { body: ReturnType<typeof jsonBody<z.ZodObject<Rest<I, P>>>> }
type HeadersOf<I extends z.ZodObject> = 'version' extends keyof ShapeOf<I>
  ? { headers: typeof IfMatch }
  : object

type AnswerOf<O extends z.ZodType> = { description: string; content: { 'application/json': { schema: O } } }
type StatusOf<O extends z.ZodType, M extends Method> = O extends z.ZodNull
  ? 204
  : M extends 'post'
    ? 201
    : 200

// Not an interface: only then does it fit what the library takes.
type Route<
  I extends z.ZodObject,
  O extends z.ZodType,
  P extends string,
  M extends Method,
  S extends Status,
> = {
  method: M
  path: P
  request: ParamsOf<I, P> & RestOf<I, P, M> & HeadersOf<I>
  responses: { [K in S]: K extends 204 ? { description: string } : AnswerOf<O> }
}

type Endpoint<R> = R extends RouteConfig ? [route: R, handler: RouteHandler<R, ApiEnv>] : never

/**
 * The route of an operation or a read, with its handler: what `openapi` takes. The names in the path are fields of its input (`slug` is
 * the workspace), `version` comes as `If-Match`, and every other field from the query of a GET or DELETE, or from the
 * JSON body of anything else.
 */
export function endpoint<
  M extends Method,
  const P extends string,
  I extends z.ZodObject,
  O extends z.ZodType,
  S extends Status = StatusOf<O, M>,
>(
  method: M,
  path: P,
  tag: string,
  operation: Served<I, O>,
  { status, location }: Details<O, S> = {},
): Endpoint<Route<I, O, P, M, S>> {
  const { input, output } = operation
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  const params = z.object({
    ...(names.includes('slug') ? InWorkspace.shape : {}),
    ...Object.fromEntries(
      names.filter((name) => name !== 'slug').map((name) => [name, fieldOf(input, name)]),
    ),
  })
  const versioned = 'version' in input.shape
  const rest = without(input, versioned ? [...names, 'version'] : names)
  const hasRest = Object.keys(rest.shape).length > 0
  const inQuery = method === 'get' || method === 'delete'
  const answers = status ?? (output instanceof z.ZodNull ? 204 : method === 'post' ? 201 : 200)

  const route = createRoute({
    method,
    path,
    ...about(operation, tag),
    request: {
      ...(names.length > 0 ? { params } : {}),
      ...(hasRest ? (inQuery ? { query: rest } : { body: jsonBody(rest) }) : {}),
      ...(versioned ? { headers: IfMatch } : {}),
    },
    responses: { [answers]: described(answers, output), ...problems },
  })

  const isPage = output instanceof z.ZodObject && 'nextCursor' in output.shape
  const handler = async (c: HonoContext<ApiEnv>): Promise<Response> => {
    const { slug = null, ...named } = names.length > 0 ? valid(c, 'param') : {}
    const given = {
      ...(hasRest ? valid(c, inQuery ? 'query' : 'json') : {}),
      ...named,
      ...(versioned ? versionFrom(c.req.header('if-match')) : {}),
    }
    // What was parsed by these schemas is what the operation takes, which parses it again itself.
    const answer = await operation(contextOf(c, slug as string | null), given as z.input<I>)
    if (answer instanceof Json) return isPage ? sendPage(c, answer) : sendRead(c, answer)
    if (answers === 204 || typeof answer !== 'object' || answer === null) return sendGone(c)
    const at = location === undefined ? {} : { location: `${c.req.path}/${location(answer as z.output<O>)}` }
    return sendResult(c, answer, answers, at)
  }
  // The route is built of the parts that its type is computed from, which TypeScript cannot follow.
  return [route, handler] as unknown as Endpoint<Route<I, O, P, M, S>>
}

function fieldOf({ shape }: z.ZodObject, name: string): z.ZodType {
  const field = shape[name]
  if (field === undefined) throw new Error(`A path names “${name}”, which its operation does not take.`)
  return field as z.ZodType // the fields of an object of zod are types of zod
}

/** An input that has rules across its fields cannot be taken apart, and need not be where nothing is named. */
function without(input: z.ZodObject, names: string[]): z.ZodObject {
  const taken = names.filter((name) => name in input.shape)
  if (taken.length === 0) return input
  const left = Object.entries(input.shape).filter(([name]) => !taken.includes(name))
  return z.strictObject(Object.fromEntries(left))
}

function described(status: Status, schema: z.ZodType) {
  const description = status === 201 ? 'Made.' : status === 204 ? 'Gone.' : 'Done.'
  return status === 204 ? { description } : { description, content: { 'application/json': { schema } } }
}

function valid(c: HonoContext<ApiEnv>, part: 'param' | 'query' | 'json'): Record<string, unknown> {
  return c.req.valid(part as never) as Record<string, unknown> // what the route's own schema made of it
}
