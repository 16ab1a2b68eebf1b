/** What the API answered. */
export interface Answer {
  status: number
  headers: Headers
  /** Parsed JSON, the text of anything else, null for nothing. */
  body: unknown
}

type Headers_ = Record<string, string>

/** Calls the API as somebody; paths that begin with `/api` or `/` of the root are taken as they are. */
export class ApiClient {
  readonly #fetch: (request: Request) => Response | Promise<Response>
  readonly #headers: () => Headers_

  constructor(fetch: (request: Request) => Response | Promise<Response>, headers: () => Headers_) {
    this.#fetch = fetch
    this.#headers = headers
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

  /** A string is sent as it is, anything else as JSON. */
  async send(method: string, path: string, body: unknown, headers: Headers_ = {}): Promise<Answer> {
    const sent = {
      ...this.#headers(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }
    const request = new Request(`http://localhost:3000${path}`, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const response = await this.#fetch(request)
    const text = await response.text()
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text || null,
    }
  }
}
