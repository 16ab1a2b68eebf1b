import type { Measured } from './load.ts'

/** What the rounds of one route gave; those of one index were measured right after each other. */
export interface Rounds {
  name: string
  wanted: number | null
  wantedOfUsual: number | null
  api: Measured[]
  floor: Measured[]
  /** Empty where it was not asked. */
  usual: Measured[]
}

/** A figure beside what is wanted of it. */
export interface Figure {
  name: string
  /** Null when it could not be had. */
  value: number | null
  /** As `ms`, or `×` for a ratio. */
  unit: string
  /** What is wanted: less than the one, or at least the other. Neither where it is only to be known. */
  below?: number
  atLeast?: number
  /** What else there is to know. */
  beside?: string
}

const speedHeader = [
  '',
  'Snag req/s',
  'p50 ms',
  'p99 ms',
  'floor req/s',
  'p50 ms',
  'p99 ms',
  'ratio',
  'wanted',
  '',
  'usual req/s',
  'ratio',
  'wanted',
  '',
]

/** Medians side by side. The ratio is the median of the rounds' own ratios, which what else the machine does disturbs least. */
export function speedTable(measured: readonly Rounds[]): string {
  return table([speedHeader, ...measured.map(row)])
}

export function figureTable(figures: readonly Figure[]): string {
  return table([
    ['', 'figure', 'wanted', '', ''],
    ...figures.map((figure) => [
      figure.name,
      figure.value === null ? '–' : `${written(figure.value)} ${figure.unit}`,
      wantedOf(figure),
      mark(isReached(figure)),
      figure.beside ?? '',
    ]),
  ])
}

/** Whether it is what is wanted; null where nothing is. */
function isReached({ value, below, atLeast }: Figure): boolean | null {
  if (below === undefined && atLeast === undefined) return null
  return value !== null && value < (below ?? Infinity) && value >= (atLeast ?? -Infinity)
}

function wantedOf({ below, atLeast, unit }: Figure): string {
  if (below !== undefined) return `< ${below.toLocaleString('en')} ${unit}`
  return atLeast === undefined ? '' : `≥ ${atLeast.toLocaleString('en')} ${unit}`
}

/** With as many digits as say something. */
function written(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function row({ name, wanted, wantedOfUsual, api, floor, usual }: Rounds): string[] {
  const besideUsual =
    usual.length === 0
      ? ['', '', '', '']
      : [median(usual.map(({ perSecond }) => perSecond)).toFixed(0), ...beside(api, usual, wantedOfUsual)]
  return [name, ...columns(api), ...columns(floor), ...beside(api, floor, wanted), ...besideUsual]
}

function beside(api: Measured[], other: Measured[], wanted: number | null): string[] {
  const ratio = median(api.map(({ perSecond }, round) => perSecond / (other[round]?.perSecond ?? Number.NaN)))
  return [
    ratio.toFixed(2),
    wanted === null ? '' : `≥ ${wanted.toFixed(1)}`,
    mark(wanted === null ? null : ratio >= wanted),
  ]
}

function columns(rounds: Measured[]): string[] {
  const of = (figure: keyof Measured) => median(rounds.map((round) => round[figure]))
  return [of('perSecond').toFixed(0), of('p50').toFixed(1), of('p99').toFixed(1)]
}

function mark(reached: boolean | null): string {
  if (reached === null) return ''
  return reached ? '✓' : '✗'
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = Number.NaN, high = low] = sorted.slice(middle - 1 + (sorted.length % 2), middle + 1)
  return (low + high) / 2
}

/** The value that this share of all does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function table(rows: string[][]): string {
  const widths = rows.reduce<number[]>(
    (widest, cells) => cells.map((cell, i) => Math.max(cell.length, widest[i] ?? 0)),
    [],
  )
  const isText = (i: number, cells: string[]) => i === 0 || (cells.length === 5 && i === 4)
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (isText(i, cells) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
  return `${rows.map((cells) => `  ${line(cells)}`.trimEnd()).join('\n')}\n`
}
