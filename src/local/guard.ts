/**
 * While a stand-in is active, the passwords of its accounts are public: nothing may reach it but this machine's
 * own programs and this machine's own pages. A page of another site can make a browser send requests here, under a
 * host name of its choosing (DNS rebinding) or with its own origin, and a proxy can carry them from elsewhere.
 */
export interface GuardedRequest {
  header(name: string): string | undefined
}

const forwarding = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
  'via',
]

/** Why a request is refused, for whoever sent it; null when it is let in. `origins` are ours. */
export function refusedByGuard(request: GuardedRequest, origins: readonly string[]): string | null {
  const host = request.header('host')
  if (host === undefined || !isLocalHost(host)) {
    return 'Snag runs with local stand-ins here, and answers at localhost only.'
  }
  const carried = forwarding.find((name) => request.header(name) !== undefined)
  if (carried !== undefined) {
    return `Snag runs with local stand-ins here, and takes nothing through a proxy (the request has ${carried}).`
  }
  const origin = request.header('origin')
  if (origin !== undefined && !origins.includes(origin)) {
    return 'Snag runs with local stand-ins here, and takes nothing from the pages of another site.'
  }
  return null
}

function isLocalHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}
