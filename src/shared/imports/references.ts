/** Code, in which nothing is a reference. */
const code = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/

/** `#12`, or `octo/app#12`; not a part of a word, an address or a colour. */
const reference = /(?<![\w/&#])(?:([\w.-]+\/[\w.-]+))?#(\d{1,9})(?![\w-])/g

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

/** Writes another text in place of each reference; what is code stays as it is. */
export function rewriteReferences(
  text: string,
  write: (named: NamedIssue, written: string) => string,
): string {
  if (!text.includes('#')) return text
  return text
    .split(code)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replaceAll(reference, (written, repository: string | undefined, digits: string) =>
            write({ repository: repository?.toLowerCase() ?? null, number: Number(digits) }, written),
          ),
    )
    .join('')
}
