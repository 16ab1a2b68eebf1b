import { escaped, proseOf } from '../markdown/prose.ts'

/** `#12`, or `octo/app#12`; not a part of a word, an address or a colour. */
const reference = new RegExp(`(?<![\\w/&#${escaped}])(?:([\\w.-]+\\/[\\w.-]+))?#(\\d{1,9})(?![\\w-])`, 'g')

/** An issue that a text names: the repository is null where the text leaves it out. */
export interface NamedIssue {
  repository: string | null
  number: number
}

/** The issues that a text names, each once, the first ones of many. */
export function namedIssues(text: string, limit = 100): NamedIssue[] {
  if (!text.includes('#')) return []
  const found = new Map<string, NamedIssue>()
  rewriteReferences(text, (named, written) => {
    if (found.size < limit) found.set(written, named)
    return written
  })
  return [...found.values()]
}

/** Writes another text in place of each reference; what is code, an address or escaped stays as it is. */
export function rewriteReferences(
  text: string,
  write: (named: NamedIssue, written: string) => string,
): string {
  if (!text.includes('#')) return text
  const parts: string[] = []
  let from = 0
  // In the prose everything stands at its place in the text.
  for (const { 0: written, 1: repository, 2: digits, index } of proseOf(text).matchAll(reference)) {
    const named = { repository: repository?.toLowerCase() ?? null, number: Number(digits) }
    parts.push(text.slice(from, index), write(named, written))
    from = index + written.length
  }
  return parts.join('') + text.slice(from)
}
