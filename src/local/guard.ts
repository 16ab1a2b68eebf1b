/** What a proxy adds to what it carries. */
const carried = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/

/**
 * While a stand-in is active, the passwords of its accounts are public: nothing may reach it but this machine's
 * own programs and this machine's own pages. A page of another site can make a browser send requests here, under a
 * host name of its choosing (DNS rebinding) or with its own origin, and a proxy can carry them from elsewhere.
 * Gives why a request is refused, for whoever sent it; null when it is let in. `origins` are ours.
 */
export function refusedByGuard(headers: Headers, origins: readonly string[]): string | null {
  const host = headers.get('host')
  if (host === null || !isLocalHost(host)) {
    return 'Snag runs with local stand-ins here, and answers at localhost only.'
  }
  const mark = [...headers.keys()].find((name) => carried.test(name))
  if (mark !== undefined) {
    return `Snag runs with local stand-ins here, and takes nothing through a proxy (the request has ${mark}).`
  }
  const origin = headers.get('origin')
  if (origin !== null && !origins.includes(origin)) {
    return 'Snag runs with local stand-ins here, and takes nothing from the pages of another site.'
  }
  return null
}

function isLocalHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}
