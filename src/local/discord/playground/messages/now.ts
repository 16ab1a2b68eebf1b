import { useSyncExternalStore } from 'react'

const TICK_MS = 15_000

const listeners = new Set<() => void>()
let now = new Date()
let timer: number | undefined

function tick(): void {
  now = new Date()
  for (const notify of listeners) notify()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  // What is drawn first may be newer than the last tick, and must not be said to lie in the future.
  tick()
  timer ??= window.setInterval(tick, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}

/** The time, for what is drawn relative to it. One clock ticks for the whole page. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now)
}
