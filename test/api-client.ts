/** What the API answered. */
export interface Answer {
  status: number
  headers: Headers
  /** Parsed JSON, the text of anything else, null for nothing. */
  body: unknown
}

type Headers_ = Record<string, string>

interface Options {
  fetch: (request: Request) => Response | Promise<Response>
  /** Sent with every request, but where a test says otherwise. */
  headers: () => Headers_
  /** Sees every answer; throws when it is not as the API says of itself. */
  check: (method: string, path: string, answer: Answer) => void
}

/** Calls the API as somebody. */
export class ApiClient {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  get(path: string, headers: Headers_ = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers)
  }

  post(path: string, body?: unknown, headers: Headers_ = {}): Promise<Answer> {
    return this.send('POST', path, body, headers)
  }

  put(path: string, body?: unknown, headers: Headers_ = {}): Promise<Answer> {
    return this.send('PUT', path, body, headers)
  }

  patch(path: string, body?: unknown, headers: Headers_ = {}): Promise<Answer> {
    return this.send('PATCH', path, body, headers)
  }

  delete(path: string, headers: Headers_ = {}): Promise<Answer> {
    return this.send('DELETE', path, undefined, headers)
  }

  /** Text and bytes are sent as they are, anything else as JSON. */
  async send(method: string, path: string, body: unknown, headers: Headers_ = {}): Promise<Answer> {
    const sent = {
      ...this.#options.headers(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }
    const request = new Request(`http://localhost:3000${path}`, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body: encoded(body) }),
    })
    const response = await this.#options.fetch(request)
    const text = await response.text()
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
    const answer = {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text || null,
    }
    this.#options.check(method, path, answer)
    return answer
  }
}

function encoded(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body)
}
