import { createRoute, z } from '@hono/zod-openapi'
import { Problem, statusOf } from './problem.ts'

/** What a route takes from the operation or read behind it. */
interface Documented<O extends z.ZodType> {
  operationName: string
  summary: string
  output: O
}

interface Shape<P extends string, M extends 'get' | 'post' | 'put' | 'patch' | 'delete'> {
  method: M
  path: P
  tag: string
}

/** Text in the form of the HTML standard, “Server-sent events”. */
const streamText = z.string()

const problem = { content: { 'application/problem+json': { schema: Problem } } }

/**
 * Every failure looks the same, so it is described once, under its own status. Typed as any object, because a
 * typed client sees what succeeded; a failure it shows by its `detail`.
 */
export const problems: object = {
  [statusOf.invalid]: { ...problem, description: 'The input is not understood; `errors` names every place.' },
  [statusOf.unauthenticated]: { ...problem, description: 'No valid token.' },
  [statusOf.forbidden]: {
    ...problem,
    description: 'You may see it, but not do this; `detail` says who may.',
  },
  [statusOf.not_found]: { ...problem, description: 'It does not exist, or you cannot see it.' },
  [statusOf.conflict]: { ...problem, description: 'It contradicts what is there.' },
  [statusOf.stale]: { ...problem, description: 'It was changed since you read it.' },
  [statusOf.too_large]: { ...problem, description: 'The body is too large.' },
  [statusOf.too_many]: { ...problem, description: 'Too many; `Retry-After` says when to try again.' },
  [statusOf.unavailable]: { ...problem, description: 'Something we depend on is down; try again.' },
}

/** A JSON body that must be there: without `required`, a request without Content-Type would pass as `{}`. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

/** How a route is called in the document: as its operation is. */
export function about({ operationName, summary }: Omit<Documented<z.ZodType>, 'output'>, tag: string) {
  return { operationId: operationName, summary, tags: [tag] }
}

/** A route that answers 200 with what its operation or read gives. */
export function ok<
  O extends z.ZodType,
  const P extends string,
  M extends 'get' | 'post' | 'put' | 'patch' | 'delete',
  R extends object,
>({ method, path, tag }: Shape<P, M>, operation: Documented<O>, request: R) {
  return createRoute({
    method,
    path,
    ...about(operation, tag),
    request,
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: operation.output } } },
      ...problems,
    },
  })
}

/** A route whose answer is a file, of one of several types. */
export function file<const P extends string, R extends object>(
  { path, tag }: Omit<Shape<P, 'get'>, 'method'>,
  download: Omit<Documented<z.ZodType>, 'output'> & { contentTypes: readonly string[] },
  request: R,
) {
  return createRoute({
    method: 'get',
    path,
    ...about(download, tag),
    request,
    responses: {
      200: {
        description: 'A file.',
        content: Object.fromEntries(download.contentTypes.map((type) => [type, { schema: z.string() }])),
      },
      ...problems,
    },
  })
}

/** A route whose answer goes on: server-sent events, described in words. */
export function streamed<const P extends string, R extends object>(
  { path, tag }: Omit<Shape<P, 'get'>, 'method'>,
  stream: Omit<Documented<z.ZodType>, 'output'> & { description: string },
  request: R,
) {
  return createRoute({
    method: 'get',
    path,
    ...about(stream, tag),
    description: stream.description,
    request,
    responses: {
      200: {
        description: 'A stream of server-sent events.',
        content: { 'text/event-stream': { schema: streamText } },
      },
      ...problems,
    },
  })
}
