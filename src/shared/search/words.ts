/** A word of a text: the same for what is searched and for what is searched for. */
export interface Token {
  /** In lower case, and without accents where that loses nothing. */
  word: string
  /** Where its stretch of letters begins and ends in the text, in UTF-16 units. */
  start: number
  end: number
}

/** Longer ones are not words but what a machine wrote. */
const longestWord = 64

const stretch = /[\p{L}\p{M}\p{N}]+/gu
/** Scripts whose words have no spaces between them, or something attached to them. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu

/**
 * The words of a text. Everything but letters and digits stands between words, so `src/app.ts` is three. Where words have
 * no spaces between them, each two letters beside each other are one: so a word of any length is found, even of two
 * letters, for which trigrams are too long.
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const { 0: letters, index } of text.matchAll(stretch)) {
    let at = 0
    for (const run of letters.matchAll(unspaced)) {
      push(tokens, letters.slice(at, run.index), index + at)
      pairs(tokens, run[0], index + run.index)
      at = run.index + run[0].length
    }
    push(tokens, letters.slice(at), index + at)
  }
  return tokens
}

/** Whether the word is one of those pairs of letters, which no ending and no accent belongs to. */
export function isUnspaced(word: string): boolean {
  return word.search(unspaced) !== -1
}

function push(tokens: Token[], letters: string, start: number): void {
  if (letters === '' || letters.length > longestWord) return
  const word = plain(letters)
  if (word !== '') tokens.push({ word, start, end: start + letters.length })
}

function pairs(tokens: Token[], run: string, start: number): void {
  const letters = Array.from(run)
  let at = start
  if (letters.length === 1) tokens.push({ word: run, start, end: start + run.length })
  for (const [index, letter] of letters.entries()) {
    const next = letters[index + 1]
    if (next === undefined) break
    tokens.push({ word: letter + next, start: at, end: at + letter.length + next.length })
    at += letter.length
  }
}

/** PostgreSQL's `unaccent` knows more, such as ø; it comes after this. */
function plain(letters: string): string {
  return letters
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
}

/** A text as PostgreSQL shall index it: words with a space between them. */
export function searchable(text: string): string {
  return tokensOf(text)
    .map(({ word }) => word)
    .join(' ')
}
