import { z } from 'zod'
import type { Context, Tracker } from '../context.ts'
import { AppError } from '../errors.ts'
import { read } from '../read.ts'
import { sections } from './export-sections.ts'
import type { Section } from './export-sections.ts'

const Page = z.object({
  /** JSON Lines, without a line break at the end; empty when none of what was looked through is theirs. */
  lines: z.string(),
  next: z.array(z.union([z.string(), z.number()])).nullable(),
})

/** One statement for each part of a section: nothing is held while the reader takes their time. */
function pageOf({ name, size, rows }: Section) {
  return read({
    name: `export-${name}`,
    summary: `Read a part of the ${name} of the caller`,
    action: 'account.export',
    world: true,
    input: z.strictObject({ after: Page.shape.next }),
    output: Page,
    statement: ({ after }) => ({
      name: `export-${name}`,
      answer: `select json_build_object('lines', coalesce(string_agg(line::text, E'\\n' order by rank), ''),
          'next', case when count(*) = $4 then (array_agg(place order by rank desc))[1] end)::text as body
        from (select part.*, row_number() over () as rank from (${rows}) part) ranked`,
      values: [after === null ? null : JSON.stringify(after), size],
    }),
  })
}

const pages = sections.map(pageOf)

/** Who is downloading in this process. Each keeps the database busy, so nobody has two at once. */
const underWay = new WeakMap<Tracker, Set<string>>()

/**
 * All that the caller wrote and did, in every workspace, also those they cannot read any more: their own words only,
 * as JSON Lines in pieces of some lines each. The last line has the type `end`; without it something is missing.
 * Throws `too_many` for a second download at once, and what a read throws, which may be in the middle.
 */
export async function* exportAccount(ctx: Context): AsyncGenerator<string, void> {
  const { tracker, caller } = ctx
  const busy = underWay.get(tracker) ?? new Set()
  underWay.set(tracker, busy)
  if (busy.has(caller.userId))
    throw new AppError('too_many', 'Another download of yours is under way. Wait until it ends.', {
      retryAfterSeconds: 10,
    })
  busy.add(caller.userId)
  try {
    for (const readPage of pages) {
      let after: z.output<typeof Page>['next'] = null
      do {
        const page: z.output<typeof Page> = (await readPage(ctx, { after })).value
        if (page.lines !== '') yield `${page.lines}\n`
        after = page.next
      } while (after !== null)
    }
    yield `${JSON.stringify({ type: 'end' })}\n`
  } finally {
    busy.delete(caller.userId)
  }
}
