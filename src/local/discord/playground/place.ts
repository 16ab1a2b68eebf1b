import { useSyncExternalStore } from 'react'

/** The guild of direct messages, as Discord's own addresses name it. */
export const DIRECTS = '@me'

/**
 * Where the page is. It lives in the address, so that a view can be opened, shared and gone back to:
 * `?as=reporter&guild=Snag HQ&channel=issues`. Each may be an id or a name; what is absent is the first there is.
 */
export interface Place {
  as: string | null
  guild: string | null
  channel: string | null
}

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

export function usePlace(): Place {
  const search = useSyncExternalStore(subscribe, () => window.location.search)
  const params = new URLSearchParams(search)
  return { as: params.get('as'), guild: params.get('guild'), channel: params.get('channel') }
}

export function goTo(place: Place): void {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(place)) {
    if (typeof value === 'string') params.set(key, value)
  }
  window.history.pushState(null, '', `?${params}`)
  for (const listener of listeners) listener()
}

/** Finds what an address names, by id or else by name; the first one when it names nothing that exists. */
export function named<T extends { id: string; name: string }>(
  things: T[],
  idOrName: string | null,
): T | null {
  const byId = things.find((thing) => thing.id === idOrName)
  const byName = things.find((thing) => thing.name.toLowerCase() === idOrName?.toLowerCase())
  return byId ?? byName ?? things[0] ?? null
}
