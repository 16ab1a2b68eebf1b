/** The part of autocannon that the benchmark uses; the package carries no types. Source: its README. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  export interface Request {
    method: 'GET' | 'POST'
    path: string
    headers: Record<string, string>
    body?: string
  }

  interface Client {
    setRequests(requests: Request[]): void
  }

  interface Options {
    url: string
    connections: number
    /** Seconds. */
    duration: number
    setupClient: (client: Client) => void
  }

  interface Result {
    /** Seconds. */
    duration: number
    errors: number
    timeouts: number
    non2xx: number
  }

  interface Run extends EventEmitter {
    then: Promise<Result>['then']
  }

  /** Emits `response` (client, statusCode, bytes, milliseconds) for each answer. */
  function autocannon(options: Options): Run
  export { autocannon as default }
}
