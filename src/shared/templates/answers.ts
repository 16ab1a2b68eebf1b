import { AppError } from '../errors.ts'
import type { InputProblem } from '../errors.ts'
import type { Answers, TemplateField } from './schema.ts'

/**
 * The description that the answers make: a section of Markdown for each question that was answered. Throws `invalid`
 * naming each answer that is missing, too long, not among the options, or to no question.
 */
export function describeAnswers(fields: readonly TemplateField[], answers: Answers): string {
  const given = new Map(Object.entries(answers).map(([id, answer]) => [id, answer.trim()]))
  const problems = [
    ...fields.flatMap((field) => problemWith(field, given.get(field.id) ?? '')),
    ...[...given.keys()]
      .filter((id) => !fields.some((field) => field.id === id))
      .map((id) => ({ path: `answers.${id}`, message: 'The template has no such question. Leave it out.' })),
  ]
  const [first] = problems
  if (first !== undefined) throw new AppError('invalid', `${first.path}: ${first.message}`, { problems })
  return fields
    .flatMap(({ id, label }) => {
      const answer = given.get(id) ?? ''
      return answer === '' ? [] : [`### ${label}\n\n${withoutHeadings(answer)}`]
    })
    .join('\n\n')
}

function problemWith(field: TemplateField, answer: string): InputProblem[] {
  const problem = (message: string) => [{ path: `answers.${field.id}`, message }]
  if (answer === '') return field.required ? problem('This has to be answered.') : []
  if (field.kind === 'choice') {
    if (field.options.includes(answer)) return []
    return problem(
      `This has to be ${new Intl.ListFormat('en', { type: 'disjunction' }).format(field.options)}.`,
    )
  }
  if (answer.length > field.maxLength)
    return problem(`This has at most ${field.maxLength.toLocaleString('en')} characters.`)
  if (field.kind === 'short' && /[\r\n\u2028\u2029]/.test(answer)) return problem('This is one line.')
  return []
}

/**
 * Markdown that stays within its section: what would be a heading shows its signs instead, HTML is the text it is, and
 * a block of code that is left open is closed, so that it does not swallow the next question. Code is left alone:
 * a comment in a script is no heading. Source: CommonMark 0.31, 4.2, 4.3, 4.5 and 4.6.
 */
export function withoutHeadings(answer: string): string {
  const lines: string[] = []
  let open: { fence: string; indent: number } | null = null
  for (const line of answer.split(/\r\n|\r|\n/)) {
    if (open === null) {
      const [, indent = '', ...fences] = /^([ \t]*)(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line) ?? []
      const fence = fences.find(Boolean)
      // An indented block could belong to a list, and end with it before it is closed: it is moved to the margin.
      lines.push(fence === undefined ? lineWithoutHeading(line) : line.slice(indent.length))
      open = fence === undefined ? null : { fence, indent: indent.length }
    } else {
      const code: string = line.slice(Math.min(open.indent, line.length - line.trimStart().length))
      lines.push(code)
      if (closes(code, open.fence)) open = null
    }
  }
  return [...lines, ...(open === null ? [] : [open.fence])].join('\n')
}

function closes(line: string, fence: string): boolean {
  const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  return closing?.startsWith(fence) ?? false
}

/** Signs of a heading and of HTML anywhere in the line, because it may be in a list or a quotation. */
function lineWithoutHeading(line: string): string {
  const escaped = line
    .replaceAll(/(\\*)(#+(?=\s|$)|<(?=[a-z/!?]))/gi, (_, slashes: string, sign: string) =>
      slashes.length % 2 === 1 ? slashes + sign : `${slashes}\\${sign}`,
    )
    // What a link or a footnote means is said for the whole text, also for what others wrote.
    .replace(/^([\s>*+\-\d.)]*)\[(?=[^\]]*\]:)/, String.raw`$1\[`)
  // Under a line of text, a line of these makes a heading of it.
  return /^[\s>*+\-=\d.)]*$/.test(escaped) ? escaped.replace(/[=-]+(?=\s*$)/, String.raw`\$&`) : escaped
}
