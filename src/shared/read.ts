import { z } from 'zod'
import { accessClause, actorOf, doubtsAbout, placeKind, placeValue, scopeOf, settleDoubts } from './access.ts'
import type { AccessRow } from './access.ts'
import type { Actor, Context, WorkspaceScope } from './context.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { RowWriter, asText } from './db/row-writer.ts'
import type { TextRow } from './db/row-writer.ts'
import { AppError, unknownAccount } from './errors.ts'
import { parseInput } from './input.ts'
import { authorize, missingSentence } from './policy.ts'
import type { Action } from './policy.ts'

/**
 * An answer as JSON, written once. HTTP sends `text` as it is; whoever looks inside takes `value`. That the text
 * fits its schema is proven by tests for every read, not checked at each request.
 */
export class Json<T> {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }

  get value(): T {
    return JSON.parse(this.text) as T // what wrote the text built the fields of T's schema, in their order
  }
}

/** A statement whose plan PostgreSQL keeps under its name, once per connection. */
export interface Statement {
  /** Null for one of so many that PostgreSQL shall not keep its plan. */
  name: string | null
  /**
   * A `select` over the row `access` (the access clause of `access.ts`), giving the column `body`: the answer as
   * JSON text, or no row where there is none. A page gives an array, and `next`: the place of its last element
   * when there are more. Parameters of its own start at `$3`.
   */
  answer: string
  values: unknown[]
  /** For what is read most: see `Columns`. */
  columns?: Columns
  /** It usually takes more than some milliseconds: no other read shall wait behind it. */
  isSlow?: boolean
}

/**
 * An answer that is given in columns (of `asColumns`) instead of a `body`, one row for each element, after a column
 * `place`. The text must be the same whenever the name is.
 */
export interface Columns {
  /** How many elements a page has at most; the statement gives one row more when there are more. */
  limit?: number
  /** The rows come in the other order than they are shown in, because the page is turned backwards. */
  backwards?: boolean
}

interface Definition<I extends z.ZodType, O extends z.ZodType> {
  name: string
  summary: string
  /** Which action of the policy table this is, whatever or because of what is asked. */
  action: Action | ((input: z.output<I>) => Action)
  input: I
  output: O
  /** For reads outside any workspace. */
  world?: true
  /**
   * For what is read of one issue: the statement's first column is `hidden` then, whether it is an issue that was
   * hidden. A page gives it even when it is empty.
   */
  ofIssue?: true
  /** For pages: what the list is of, so that a cursor of another list is refused. */
  listOf?: (input: z.output<I>) => readonly unknown[]
  /** What a place in that list is; required with `listOf`. */
  place?: z.ZodType<number | string>
  /** `after` is the place a cursor names. */
  statement: (input: z.output<I>, after: number | string | null) => Statement
  /** Makes the answer of what was read, where that is not the answer already. */
  present?: (body: string, actor: Actor, next: string | null, input: z.output<I>, ctx: Context) => string
  /** The sentence for what is not there. */
  missing?: string
}

export interface Read<I extends z.ZodType, O extends z.ZodType> {
  (ctx: Context, input: z.input<I>): Promise<Json<z.output<O>>>
  readonly kind: 'read'
  readonly operationName: string
  readonly summary: string
  readonly input: I
  readonly output: O
  /** It is read outside any workspace. */
  readonly worldly: boolean
}

type Row = AccessRow & { hidden: boolean; body: string | null; next: string | null }

/**
 * A read is one statement: who asks, what the policy needs to know, and the answer as JSON come back in one
 * round trip; policy is asked before anything is handed on. Throws `invalid`, `unauthenticated`, `not_found`,
 * `forbidden` and `unavailable`.
 */
export function read<I extends z.ZodType, O extends z.ZodType>(definition: Definition<I, O>): Read<I, O> {
  const {
    name: operationName,
    summary,
    input: inputSchema,
    output,
    action,
    world: worldly = false,
    ofIssue = false,
    listOf,
    place = z.never(),
    missing,
  } = definition

  const call = async (ctx: Context, raw: z.input<I>): Promise<Json<z.output<O>>> => {
    const input = parseInput(inputSchema, raw)
    const list = listOf === undefined ? null : [operationName, ctx.caller.userId, ctx.place, ...listOf(input)]
    const cursor = cursorOf(input)
    const after = list === null || cursor === undefined ? null : decodeCursor(cursor, list, place)
    const statement = definition.statement(input, after)

    const { row, actor } = await askAs(ctx, statement, ofIssue)
    if (!worldly) scopeOf(row, ctx.place)
    authorize(actor, [typeof action === 'string' ? action : action(input)], row, missing)
    if (row.body === null) throw new AppError('not_found', missing ?? missingSentence)
    const body =
      definition.present === undefined ? row.body : definition.present(row.body, actor, row.next, input, ctx)
    return new Json(list === null ? body : page(body, row.next, list))
  }
  const about = { kind: 'read' as const, operationName, summary, input: inputSchema, output, worldly }
  return Object.assign(call, about)
}

const nothingMore: Statement = { name: 'standing', answer: 'select null::text as body', values: [] }

/**
 * Who the caller is in the place, and what the place is: for a door that asks the policy beforehand, to offer only
 * what would be done. Throws `not_found` or `conflict` where there is no workspace, `unauthenticated`, `unavailable`.
 */
export async function getStanding(ctx: Context): Promise<{ actor: Actor; workspace: WorkspaceScope }> {
  const { row, actor } = await askAs(ctx, nothingMore, false)
  return { actor, workspace: scopeOf(row, ctx.place) }
}

/** Throws `unauthenticated` for somebody who is not let in any more, though their token is good; `unavailable`. */
export async function assertLetIn(ctx: Context): Promise<void> {
  await askAs(ctx, nothingMore, false)
}

/** The answer and who asked; asked again once what was doubtful about them has been settled. */
async function askAs(
  ctx: Context,
  statement: Statement,
  ofIssue: boolean,
): Promise<{ row: Row; actor: Actor }> {
  const row = await ask(ctx, statement, ofIssue)
  const doubts = doubtsAbout(row, ctx)
  if (doubts.clerkId === null && doubts.guildRoles.length === 0) {
    return { row, actor: actorOf(row, ctx.caller) }
  }
  const suspended = await settleDoubts(ctx.tracker, row, doubts)
  const settled = await ask(ctx, statement, ofIssue)
  return { row: settled, actor: actorOf(settled, ctx.caller, suspended) }
}

function cursorOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('cursor' in input)) return undefined
  return typeof input.cursor === 'string' ? input.cursor : undefined
}

function page(data: string, next: string | null, list: readonly unknown[]): string {
  return `{"data":${data},"nextCursor":${next === null ? 'null' : JSON.stringify(encodeCursor(next, list))}}`
}

async function ask(
  ctx: Context,
  statement: Statement,
  ofIssue: boolean,
  userId = ctx.caller.userId,
): Promise<Row> {
  const { name, answer, values, columns, isSlow = false } = statement
  const json = 'row_to_json(access)::text'
  const once = columns?.limit === undefined ? json : `case when row_number() over () = 1 then ${json} end`
  const query = {
    ...(name === null ? {} : { name: `${name}/${placeKind(ctx.place)}` }),
    // The answer's rows keep their order: joined to a single row, they can only be gone through as they come.
    text: `with access as (${accessClause(ctx.place)})
      select ${once} as access, answer.*
      from access left join lateral (${answer}) answer on true`,
    values: [userId, placeValue(ctx.place), ...values],
  }
  const { rows, fields } = await ctx.tracker.db.reads.query<string[]>(
    { ...query, rowMode: 'array', types: asText },
    { isSlow },
  )
  const [first] = rows as TextRow[] // pg's types know no null
  if (first?.[0] == null) throw unknownAccount()
  const access = parseAccess(first[0])
  if (access.merged_into_id !== null) return ask(ctx, statement, ofIssue, access.merged_into_id)
  const hidden = ofIssue && first[1] === 't'
  const place = ofIssue ? 2 : 1
  if (columns === undefined)
    return { ...access, hidden, body: first[place] ?? null, next: first[place + 1] ?? null }
  return { ...access, hidden, ...written(rows, columns, writerOf(query.name, fields, place + 1), place) }
}

function parseAccess(json: string): AccessRow {
  const row = JSON.parse(json) as AccessRow & { clerk_checked_at: string | null } // the clause's columns; JSON has no dates
  return { ...row, clerk_checked_at: row.clerk_checked_at === null ? null : new Date(row.clerk_checked_at) }
}

const writers = new Map<string, RowWriter>()

function writerOf(
  statement: string | undefined,
  fields: ConstructorParameters<typeof RowWriter>[0],
  leading: number,
): RowWriter {
  if (statement === undefined) return new RowWriter(fields, leading)
  const known = writers.get(statement)
  if (known !== undefined) return known
  const writer = new RowWriter(fields, leading)
  writers.set(statement, writer)
  return writer
}

/** The answer of columns, as a statement that writes JSON itself would give it. */
function written(
  rows: readonly TextRow[],
  { limit, backwards = false }: Columns,
  writer: RowWriter,
  place: number,
): Pick<Row, 'body' | 'next'> {
  const [first] = rows
  const found = first?.[place] == null ? [] : rows
  if (limit === undefined) return { body: found[0] === undefined ? null : writer.write(found[0]), next: null }
  const shown = found.slice(0, limit)
  const next = found.length > limit ? (shown.at(-1)?.[place] ?? null) : null
  if (backwards) shown.reverse()
  return { body: `[${shown.map((row) => writer.write(row)).join(',')}]`, next }
}
