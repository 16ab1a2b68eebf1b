import { z } from 'zod'

/** RFC 9457, as the API writes it. */
const ProblemBody = z.object({
  code: z.string(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
})

type FieldProblem = z.infer<typeof ProblemBody>['errors'][number]

/** The kinds of failure that the page treats in a way of its own; `unreachable` is one of its own, too. */
type TreatedCode = 'not_found' | 'stale' | 'unavailable' | 'unreachable'

/** Why a request did not do what it should. Its message is fit to show. `unreachable` means that no answer came. */
export class Problem extends Error {
  readonly code: string
  readonly fields: FieldProblem[]
  /** What finds the request in the server's log; null when it never got there. */
  readonly requestId: string | null

  constructor(
    code: string,
    message: string,
    { fields = [], requestId = null }: { fields?: FieldProblem[]; requestId?: string | null } = {},
  ) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.fields = fields
    this.requestId = requestId
  }
}

export async function problemFrom(response: Response): Promise<Problem> {
  const body = ProblemBody.safeParse(await response.json().catch(() => undefined))
  if (!body.success) {
    return new Problem(
      'unreachable',
      `Snag did not answer as it should (${response.status}). Try again in a moment.`,
    )
  }
  const { code, detail, errors: fields, requestId } = body.data
  return new Problem(code, detail, { fields, requestId })
}

export function unreachable(): Problem {
  return new Problem('unreachable', 'Snag cannot be reached. Check your connection, then try again.')
}

/** What can be shown of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.message
  return 'Something broke on this page. Nothing was saved. Reload it, and try again.'
}

/** Asking again may help when nobody answered, and never when the answer was a refusal. */
export function isWorthRetrying(error: unknown): boolean {
  return hasCode(error, 'unreachable') || hasCode(error, 'unavailable')
}

export function hasCode(error: unknown, code: TreatedCode): boolean {
  return error instanceof Problem && error.code === code
}
