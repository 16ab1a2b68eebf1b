/** What stands for something that was escaped: nothing begins or ends at it. */
export const escaped = '\0'

const blockQuote = /^(?: {0,3}> ?)+/
const listMarker = /^\s*(?:[-*+]|\d{1,9}[.)])\s+/
/** Of backticks, with none behind them. What follows is gone through once: nothing of it can be given back. */
const fenceOpening = /^\s*(`{3,})[^`]*$/
const tildeOpening = /^\s*(~{3,})/
const indented = /^(?: {4}|\s*\t)/

/**
 * What somebody reads as words in a Markdown text: code, comments, tags and the addresses of links are blanks in it,
 * and what a backslash makes literal is `escaped`. Places stay where they are. It takes time in proportion to the
 * text's length, whatever the text. Source: CommonMark 0.31, as far as it matters for finding names in a text; a code
 * block that is indented inside a list is taken for words.
 */
export function proseOf(markdown: string): string {
  const lines = markdown.split('\n')
  const prose: string[] = []
  let paragraph: string[] = []
  let fence: { marker: string; depth: number } | null = null
  let inComment = false
  let inList = false
  let wasBlank = true
  let wasCode = false

  const finish = () => {
    if (paragraph.length > 0) prose.push(...wordsOf(paragraph.join('\n')).split('\n'))
    paragraph = []
  }
  const leaveOut = (line: string) => {
    finish()
    prose.push(blank(line))
  }

  for (const line of lines) {
    const quote = blockQuote.exec(line)?.[0] ?? ''
    const depth = quote.replaceAll(/[^>]/g, '').length
    const inner = line.slice(quote.length)
    const isBlank = inner.trim() === ''
    if (fence !== null && depth < fence.depth) fence = null

    if (fence !== null) {
      leaveOut(line)
      if (closes(inner, fence.marker)) fence = null
    } else if (inComment) {
      leaveOut(line)
      inComment = !line.includes('-->')
    } else if (isBlank) {
      leaveOut(line)
    } else if (!inList && (wasBlank || wasCode) && indented.test(inner)) {
      leaveOut(line)
      wasCode = true
      wasBlank = false
      continue
    } else {
      const marker = listMarker.exec(inner)?.[0] ?? ''
      if (marker !== '') inList = true
      else if (wasBlank && !/^\s/.test(inner)) inList = false
      const content = inner.slice(marker.length)
      const opening = (fenceOpening.exec(content) ?? tildeOpening.exec(content))?.[1]
      if (opening !== undefined) {
        leaveOut(line)
        fence = { marker: opening, depth }
      } else if (/^ {0,3}<!--/.test(inner)) {
        leaveOut(line)
        inComment = !inner.includes('-->')
      } else paragraph.push(line)
    }
    wasBlank = isBlank
    wasCode = false
  }
  finish()
  return prose.join('\n')
}

/** A fence is closed by one of the same sign that is at least as long, with nothing behind it. */
function closes(line: string, marker: string): boolean {
  const text = line.trim()
  return text.length >= marker.length && text === (marker[0] ?? '').repeat(text.length)
}

/**
 * In this order: what a backslash makes literal, the beginning or end of code, the beginning of a comment, an address
 * or a tag in angle brackets, where a link leads, and an address that stands by itself.
 */
const notWords =
  /\\[!-/:-@[-`{-~]|`+|<!--|<\/?[a-z][^<>]*>|\]\([^()\s]*|(?<![\p{L}\p{N}_])(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.|mailto:)[^\s<>]*/giu

/** The words of one paragraph. */
function wordsOf(text: string): string {
  const ticks = ticksOf(text)
  const commentEnds = text.lastIndexOf('-->')
  const token = new RegExp(notWords)
  let words = ''
  let done = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [what] = found
    let end = found.index + what.length
    let shown = blank(what)
    if (what.startsWith('\\')) shown = escaped.repeat(2)
    else if (what.startsWith('`')) {
      const close = ticks.closing(what.length, found.index)
      if (close === null) continue
      end = close + what.length
      shown = blank(text.slice(found.index, end))
    } else if (what === '<!--') {
      if (commentEnds < end) continue
      end = text.indexOf('-->', end) + 3
      shown = blank(text.slice(found.index, end))
    }
    words += text.slice(done, found.index) + shown
    done = end
    token.lastIndex = end
  }
  return words + text.slice(done)
}

/** Where backticks stand, by how many there are in a row: code ends where as many follow as it began with. */
function ticksOf(text: string): { closing: (length: number, after: number) => number | null } {
  const places = new Map<number, number[]>()
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const those = places.get(run.length)
    if (those === undefined) places.set(run.length, [index])
    else those.push(index)
  }
  // Asked from left to right: what has been passed is never looked at again.
  const passed = new Map<number, number>()
  return {
    closing(length, after) {
      const those = places.get(length) ?? []
      let at = passed.get(length) ?? 0
      while ((those[at] ?? Infinity) <= after) at += 1
      passed.set(length, at)
      return those[at] ?? null
    },
  }
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}
