import { Color, LabelName } from '../labels/schema.ts'
import { Description, Title, descriptionLimit, titleLimits } from '../issues/schema.ts'
import type { Note } from './records.ts'

/** The longest text of a comment. */
export const commentLimit = 20_000
export const labelsPerIssue = 20
const cutMark = '\n\n… (the rest was cut off on import)'

/** Makes texts from elsewhere fit our limits, and remembers what it had to change about the thing called `subject`. */
export class Fitting {
  readonly notes: Note[] = []
  readonly #subject: string

  constructor(subject: string) {
    this.#subject = subject
  }

  /** Says that something was changed. */
  adjusted(reason: string): void {
    this.notes.push({ kind: 'adjusted', subject: this.#subject, reason })
  }

  /** What PostgreSQL cannot keep is taken out of a text. */
  wellFormed(text: string): string {
    if (text.isWellFormed() && !text.includes('\0')) return text
    this.adjusted('Characters that cannot be stored were left out.')
    return text.toWellFormed().replaceAll('\0', '')
  }

  /** A title that is too long is cut, and stands whole above the description. */
  words(rawTitle: string, rawDescription: string): { title: string; description: string } {
    let title = this.wellFormed(rawTitle).replaceAll(/\s+/gu, ' ').trim()
    let description = this.wellFormed(rawDescription)
    if (title.length > titleLimits.max) {
      this.adjusted(
        'The title was longer than allowed: it was cut, and stands in full above the description.',
      )
      description = description === '' ? title : `${title}\n\n${description}`
      title = `${title
        .slice(0, titleLimits.max - 1)
        .toWellFormed()
        .replace(/\uFFFD$/u, '')
        .trimEnd()}…`
    }
    if (!Title.safeParse(title).success) {
      this.adjusted('The title was too short to be one: “Untitled” stands in its place.')
      if (title !== '') description = description === '' ? title : `${title}\n\n${description}`
      title = 'Untitled'
    }
    description = this.#cut(description, descriptionLimit, 'description')
    return { title: Title.parse(title), description: Description.parse(description) }
  }

  comment(rawBody: string): string {
    return this.#cut(this.wellFormed(rawBody), commentLimit, 'text')
  }

  /** Null for a name that no label can have. */
  label(rawName: string): string | null {
    const name = this.wellFormed(rawName)
      .replaceAll(/[\p{C},\s]+/gu, ' ')
      .trim()
    const cut =
      name.length > 40
        ? name
            .slice(0, 40)
            .toWellFormed()
            .replace(/\uFFFD$/u, '')
            .trimEnd()
        : name
    if (cut !== rawName.trim()) this.adjusted(`The label “${rawName.slice(0, 60)}” became “${cut}”.`)
    const fitting = LabelName.safeParse(cut)
    return fitting.success ? fitting.data : null
  }

  labels(rawNames: readonly string[]): string[] {
    const names = [
      ...new Set(rawNames.map((name) => this.label(name)).filter((name) => name !== null)),
    ].sort()
    if (names.length > labelsPerIssue)
      this.adjusted(`It had ${names.length} labels; the first ${labelsPerIssue} were kept.`)
    return names.slice(0, labelsPerIssue)
  }

  #cut(text: string, limit: number, what: string): string {
    if (text.length <= limit) return text
    this.adjusted(`The ${what} was longer than ${limit.toLocaleString('en')} characters, and was cut.`)
    return `${text.slice(0, limit - cutMark.length).toWellFormed()}${cutMark}`
  }
}

/** Any colour as ours are written; grey for what is none. */
export function colorFrom(raw: string | null | undefined): string {
  const color = Color.safeParse(`#${(raw ?? '').replace(/^#/, '').toLowerCase()}`)
  return color.success ? color.data : '#8b949e'
}

/** A name from elsewhere: one line, never empty. */
export function nameFrom(raw: string): string {
  const name = raw
    .toWellFormed()
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 80)
    .toWellFormed()
  return name === '' ? 'Somebody' : name
}
