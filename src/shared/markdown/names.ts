import { escaped, proseOf } from './prose.ts'

/** What a text names: people by what follows an `@`, issues by their numbers; each once, in the order of the text. */
export interface Names {
  people: string[]
  issues: number[]
}

/** So many people at most are told of one text. */
export const peoplePerText = 20
/** So many issues at most are linked from one text. */
export const issuesPerText = 50

const largestNumber = 2_147_483_647

/** What stands before a name would make it a part of something else: an address, a path, another word. */
const begins = `(?<![\\p{L}\\p{N}@#&/.<+=${escaped}-]_*)`
const person = new RegExp(
  `${begins}@([\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,63})(?![\\p{L}\\p{N}_@]|/[\\p{L}\\p{N}])`,
  'gu',
)

/**
 * The people and the issues that a Markdown text names, as `@ada`, `#12` and `KEY-12`. Not what stands in code, in
 * an address or a comment, and not what was escaped with a backslash. A full stop or a hyphen at the end of a name
 * belongs to the sentence, and so do the underscores around an emphasized one.
 */
export function namesIn(markdown: string, key: string): Names {
  if (!/[@#-]/.test(markdown)) return { people: [], issues: [] }
  const prose = proseOf(markdown)
  const people = new Set<string>()
  for (const { 1: name = '', index } of prose.matchAll(person)) {
    const end = prose[index - 1] === '_' ? /[_.-]+$/ : /[.-]+$/
    people.add(name.replace(end, '').toLowerCase())
    if (people.size === peoplePerText) break
  }
  const issues = new Set<number>()
  const issue = new RegExp(`${begins}(?:#|${key}-)(\\d{1,10})(?![\\p{L}\\p{N}_-]|\\.\\d)`, 'giu')
  for (const [, digits] of prose.matchAll(issue)) {
    const number = Number(digits)
    if (number >= 1 && number <= largestNumber) issues.add(number)
    if (issues.size === issuesPerText) break
  }
  return { people: [...people], issues: [...issues] }
}
