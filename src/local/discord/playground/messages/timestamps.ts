const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
}

const UNITS: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
  ['second', 1_000],
]

/** A `<t:…:style>` of a message, as Discord documents the styles; an unknown style is drawn as `f`. */
export function formatTimestamp(at: Date, style: string, now: Date): string {
  // Whoever writes a message chooses the number, and one beyond the calendar would make the formatters throw.
  if (Number.isNaN(at.getTime())) return 'Invalid date'
  return style === 'R' ? formatAgo(at, now) : format(at, STYLES[style] ?? STYLES['f'])
}

/** The time beside a name: only the time for today, then "Yesterday at", then the date as well. */
export function formatSent(at: Date, now: Date): string {
  const daysAgo = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS)
  if (daysAgo === 0) return format(at, STYLES['t'])
  if (daysAgo === 1) return `Yesterday at ${format(at, STYLES['t'])}`
  return format(at, { dateStyle: 'short', timeStyle: 'short' })
}

/** "in 5 minutes", "2 hours ago". */
function formatAgo(at: Date, now: Date): string {
  const distanceMs = at.getTime() - now.getTime()
  const [unit, unitMs] = UNITS.find(([, ms]) => Math.abs(distanceMs) >= ms) ?? (['second', 1_000] as const)
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(
    Math.round(distanceMs / unitMs),
    unit,
  )
}

export function formatDay(at: Date): string {
  return format(at, { dateStyle: 'long' })
}

export function isSameDay(a: Date, b: Date): boolean {
  return startOfDay(a) === startOfDay(b)
}

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}

function format(at: Date, options: Intl.DateTimeFormatOptions | undefined): string {
  return new Intl.DateTimeFormat(undefined, options).format(at)
}
