import { useSyncExternalStore } from 'react'

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' })

const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** How long ago something was, kept up to date; the exact time on hover. `at` is an ISO time. */
export function Age({ at }: { at: string }) {
  const now = useSyncExternalStore(everyHalfMinute, halfMinute) * 30_000
  const date = new Date(at)
  return (
    <time dateTime={at} title={exact.format(date)}>
      {ageOf(date, now)}
    </time>
  )
}

/** A clock that runs a little ahead of ours must not make an issue of the future: that is just now, too. */
function ageOf(date: Date, now: number): string {
  const seconds = Math.max(0, (now - date.getTime()) / 1000)
  for (const [unit, size] of units) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit)
  }
  return 'just now'
}

function halfMinute(): number {
  return Math.ceil(Date.now() / 30_000)
}

function everyHalfMinute(notify: () => void): () => void {
  const timer = setInterval(notify, 30_000)
  return () => clearInterval(timer)
}
