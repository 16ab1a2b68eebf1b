/** Sends one request in somebody's name and gives what came back. Throws when that is no success. */
export async function ask(
  { url }: { url: string },
  token: string,
  path: string,
  { method = 'GET', body }: { method?: string; body?: unknown } = {},
): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return isJson(response) ? JSON.parse(text) : text
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.includes('json') ?? false
}

/** A field of an answer. */
export function field(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null
    ? Object.entries(answer).find(([key]) => key === name)?.[1]
    : undefined
}

/** The cursor of the next page; null on the last one. */
export function nextCursorOf(page: unknown): string | null {
  const cursor = field(page, 'nextCursor')
  return typeof cursor === 'string' ? cursor : null
}
