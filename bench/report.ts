import type { Measured } from './load.ts'

/** What the rounds of one route gave; the two of one index were measured right after each other. */
export interface Rounds {
  name: string
  wanted: number | null
  wantedOfUsual: number | null
  api: Measured[]
  floor: Measured[]
  /** Empty where it was not asked. */
  usual: Measured[]
}

const header = [
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
  return table([header, ...measured.map(row)])
}

/** A figure beside what is wanted of it; null when it could not be had. */
export interface Figure {
  name: string
  value: number | null
  unit: string
  below: number
}

export function figureTable(figures: readonly Figure[]): string {
  return table(
    figures.map(({ name, value, unit, below }) => [
      name,
      value === null ? '–' : `${value.toFixed(unit === 's' ? 2 : 0)} ${unit}`,
      `< ${below} ${unit}`,
      mark(value === null ? null : value < below),
    ]),
  )
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

function table(rows: string[][]): string {
  const widths = rows.reduce<number[]>(
    (widest, cells) => cells.map((cell, i) => Math.max(cell.length, widest[i] ?? 0)),
    [],
  )
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return `${rows.map((cells) => `  ${line(cells)}`.trimEnd()).join('\n')}\n`
}
