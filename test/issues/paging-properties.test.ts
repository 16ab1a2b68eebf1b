import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createComment } from '#shared/comments/operations.ts'
import type { Context } from '#shared/context.ts'
import { changeIssue, createIssue } from '#shared/issues/operations.ts'
import { listIssues } from '#shared/issues/list.ts'
import { priorities, sortKeys } from '#shared/query/syntax.ts'
import type { SortKey } from '#shared/query/syntax.ts'
import { vote } from '#shared/viewers/operations.ts'
import { world } from '#test/world.ts'

/** What happens between two pages, to one of the issues that were there at the beginning, or to none. */
const happening = fc.oneof(
  fc.record({ do: fc.constant('file' as const), nth: fc.constant(-1) }),
  fc.record({ do: fc.constantFrom('vote', 'comment', 'rename', 'prioritise'), nth: fc.nat({ max: 8 }) }),
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

const walk = fc.record({
  sort: fc.constantFrom(...sortKeys),
  direction: fc.constantFrom('asc', 'desc'),
  limit: fc.integer({ min: 1, max: 4 }),
  issues: fc.array(
    fc.record({ priority: fc.constantFrom(...priorities), votes: fc.integer({ min: 0, max: 2 }) }),
    {
      minLength: 1,
      maxLength: 9,
    },
  ),
  between: fc.array(fc.array(happening, { maxLength: 2 }), { maxLength: 6 }),
})

test('pages visit each issue once while others are filed, and each that did not change while others do', async () => {
  const here = await world()
  const admin = await here.personWith('admin', 'Ada')
  const voters = [await here.person('Bea'), await here.person('Cleo')]
  let round = 0

  await fc.assert(
    fc.asyncProperty(walk, async ({ sort, direction, limit, issues, between }) => {
      const label = `round-${round++}`
      await here.db.pool.query(`insert into labels (workspace_id, id, name, color)
        select id, gen_random_uuid(), '${label}', '#000000' from workspaces where slug = 'home'`)
      const numbers: number[] = []
      for (const { priority, votes } of issues) {
        const { number } = await createIssue(admin.home, { title: 'Issue', labels: [label], priority })
        for (const voter of voters.slice(0, votes)) await vote(voter.home, { number })
        numbers.push(number)
      }

      const visited: number[] = []
      const touched = new Set<number>()
      let next: { cursor?: string } | null = {}
      let page = 0
      while (next !== null && page < 40) {
        const { data, nextCursor } = await pageOf(admin.home, {
          q: `label:${label} sort:${sort}-${direction}`,
          limit,
          ...next,
        })
        visited.push(...data.map(({ number }) => number))
        next = nextCursor === null ? null : { cursor: nextCursor }
        for (const one of between[page] ?? [])
          touch(touched, numbers, await happen(admin.home, one, numbers, label))
        page += 1
      }

      expect(next, 'the walk ends').toBeNull()
      const settled = isImmutable(sort) ? numbers : numbers.filter((number) => !touched.has(number))
      for (const number of settled)
        expect(
          visited.filter((one) => one === number),
          `issue ${number} by ${sort}`,
        ).toHaveLength(1)
    }),
    { numRuns: 25 },
  )
}, 120_000)

async function pageOf(
  ctx: Context,
  input: Parameters<typeof listIssues>[1],
): Promise<{ data: { number: number }[]; nextCursor: string | null }> {
  return (await listIssues(ctx, input)).value
}

function isImmutable(sort: SortKey): boolean {
  return sort === 'created'
}

function touch(touched: Set<number>, numbers: readonly number[], number: number | null): void {
  if (number !== null && numbers.includes(number)) touched.add(number)
}

async function happen(
  ctx: Context,
  { do: what, nth }: Happening,
  numbers: readonly number[],
  label: string,
): Promise<number | null> {
  const number = numbers[nth]
  if (what === 'file') {
    const filed = await createIssue(ctx, { title: 'Meanwhile', labels: [label], priority: 'high' })
    return filed.number
  }
  if (number === undefined) return null
  if (what === 'vote') await vote(ctx, { number })
  else if (what === 'comment') await createComment(ctx, { number, body: 'Me too.' })
  else if (what === 'rename') await changeIssue(ctx, { number, title: 'Renamed' })
  else await changeIssue(ctx, { number, priority: 'urgent' })
  return number
}
