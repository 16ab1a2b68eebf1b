import { measure } from './load.ts'
import type { Measured } from './load.ts'
import { apiList } from './routes.ts'
import type { Stage } from './stage.ts'
import { drawWords, seeded, wordOfRank } from './words.ts'

/** What people search for; each is asked for in many ways. */
export interface Search {
  name: string
  /** The path, and what is sent; `nth` differs from request to request. */
  request: (nth: number) => { method: 'GET' | 'POST'; path: string; body?: string }
}

export interface Searched extends Measured {
  name: string
}

/** A few who wait for their answers: it is a latency that is measured. */
const connections = 2
const requestsPerConnection = 200
const warmUpSeconds = 2

const common = (nth: number) => wordOfRank(nth % 10)
const middling = (nth: number) => wordOfRank(200 + ((nth * 7) % 800))
const rare = (nth: number) => wordOfRank(12_000 + ((nth * 37) % 8_000))
/** Two letters changed places. */
const misspelt = (word: string) => `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}`
/** Its last letter is still to come. */
const begun = (word: string) => word.slice(0, -1)

const search = (name: string, words: (nth: number) => string): Search => ({
  name: `search, ${name}`,
  request: (nth) => ({ method: 'GET', path: `${apiList}?q=${encodeURIComponent(words(nth))}` }),
})

export const searches: readonly Search[] = [
  search('a common word', common),
  search('a word between', middling),
  search('a rare word', rare),
  search('two common words', (nth) => `${common(nth)} ${common(nth + 3)}`),
  search('a common word and a rare one', (nth) => `${common(nth)} ${rare(nth)}`),
  search('two rare words', (nth) => `${rare(nth)} ${rare(nth + 5)}`),
  search('a common word that is begun', (nth) => begun(common(nth))),
  search('a rare word that is begun', (nth) => begun(rare(nth))),
  search('a misspelt word', (nth) => misspelt(middling(nth))),
  search('a common word, open, label:question', (nth) => `is:open label:question ${common(nth)}`),
  search('a rare word, label:security', (nth) => `label:security ${rare(nth)}`),
]

/** Issues as people would file them next, of words as all texts have them. */
export const similar: Search = {
  name: 'similar issues',
  request: (nth) => {
    const random = seeded(nth)
    const [title, text] = [6, 40].map((count) => drawWords(count, random).join(' '))
    return {
      method: 'POST',
      path: apiList.replace(/issues$/, 'similar-issues'),
      body: JSON.stringify({ title, text }),
    }
  },
}

/** Asks for each kind for some seconds, on its own. */
export async function measureSearches(
  stage: Stage,
  kinds: readonly Search[],
  { seconds, log }: { seconds: number; log: (line: string) => void },
): Promise<Searched[]> {
  await using api = await stage.start('api')
  const measured: Searched[] = []
  for (const { name, request } of kinds) {
    log(`${name} …`)
    const ask = (seconds: number) => {
      const tokens = stage.askers()
      return measure({
        url: api.url,
        connections,
        seconds,
        requests: (connection) =>
          Array.from({ length: requestsPerConnection }, (_, i) => ({
            ...request(connection * requestsPerConnection + i),
            headers: {
              authorization: `Bearer ${tokens[i % tokens.length]}`,
              'content-type': 'application/json',
            },
          })),
      })
    }
    await ask(warmUpSeconds)
    measured.push({ name, ...(await ask(seconds)) })
  }
  return measured
}
