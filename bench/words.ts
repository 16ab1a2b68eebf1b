import type { ClientBase } from 'pg'

/** How many words the language has. */
const vocabulary = 20_000
/** Flattens the top of the distribution: the commonest word is in a third of the texts, not in each. */
const flatness = 14
const wordsPerPhrase = 10
const wordsPerTitle = 6

const syllables = 'ka le mi no su ta re vi do pu ba ge hi jo lu ma ne ri so tu fa ke li po ru da me ni go zu'

export interface Phrases {
  /** How many there are of each kind; their ids begin at 0. */
  count: number
}

/**
 * Makes `bench_phrases` and `bench_titles`, from which texts are put together. Words are drawn as language draws them:
 * how often one comes falls with its rank (Zipf's law as Mandelbrot has it). `wordOfRank` names them.
 */
export async function writePhrases(db: ClientBase, texts: number): Promise<Phrases> {
  const count = Math.min(200_000, Math.max(20_000, Math.round(texts / 2)))
  await db.query(
    `create unlogged table bench_words as
     select n as rank, s[1 + n % 30] || s[1 + n / 30 % 30] || s[1 + n / 900 % 30] as word
     from generate_series(0, $1::int - 1) n, string_to_array($2::text, ' ') s`,
    [vocabulary, syllables],
  )
  for (const [table, words] of [
    ['bench_phrases', wordsPerPhrase],
    ['bench_titles', wordsPerTitle],
  ] as const) {
    await db.query(
      `create unlogged table ${table} as
       select n / ${words} as id, string_agg(word, ' ') as words
       from (select n, floor(${flatness} * (power(${vocabulary / flatness + 1}::float, random()) - 1))::int as rank
         from generate_series(0, ${count * words} - 1) n) drawn
       join bench_words using (rank) group by 1`,
    )
    await db.query(`alter table ${table} add primary key (id)`)
    await db.query(`analyze ${table}`)
  }
  return { count }
}

export async function dropPhrases(db: ClientBase): Promise<void> {
  await db.query('drop table bench_words, bench_phrases, bench_titles')
}

/** The word of a rank; 0 is the commonest, and 19,999 the rarest. */
export function wordOfRank(rank: number): string {
  const s = syllables.split(' ')
  return [rank, Math.floor(rank / 30), Math.floor(rank / 900)].map((n) => s[n % 30]).join('')
}

/** Words as the texts have them, drawn in the same way; the same ones for the same `random`. */
export function drawWords(count: number, random: () => number): string[] {
  return Array.from({ length: count }, () =>
    wordOfRank(Math.floor(flatness * (Math.pow(vocabulary / flatness + 1, random()) - 1))),
  )
}

/** Numbers from 0 to 1 that look random, and are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
