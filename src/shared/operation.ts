import type { z } from 'zod'
import { accessClause, actorOf, doubtsAbout, placeValue, scopeOf, settleDoubts } from './access.ts'
import type { AccessRow } from './access.ts'
import type { Actor, Context, Tracker, WorkspaceScope } from './context.ts'
import { onceMoreIfContested } from './db/failures.ts'
import type { Transaction } from './db/transaction.ts'
import { AppError, unknownAccount } from './errors.ts'
import { recordEvent } from './events/record.ts'
import type { NewEvent } from './events/record.ts'
import { parseInput } from './input.ts'
import { authorize, missingSentence } from './policy.ts'
import type { Action, Subject } from './policy.ts'

/** What an operation works with: one transaction, who acts, and where. */
export interface Scope<W> {
  tx: Transaction
  tracker: Tracker
  actor: Actor
  /** The server that the call came from; Discord only. */
  guildId: string | null
  workspace: W
  /** One moment for the whole operation. */
  now: Date
}

interface Definition<I extends z.ZodType, O extends z.ZodType, S extends Subject | undefined, W> {
  /** The operation's name in OpenAPI and as a tool: a verb and a noun. */
  name: string
  summary: string
  input: I
  output: O
  /** Which actions of the policy table this call would do; asked once, before `run`. */
  access: Action | ((subject: S, input: z.output<I>, actor: Actor) => readonly Action[])
  /** Finds and locks what is acted upon; null is `not_found`. */
  subject?: (scope: Scope<W>, input: z.output<I>) => Promise<S | null>
  /** The sentence for a subject that is not there. */
  missing?: string
  /**
   * For what changes the caller's own row. A lock that is shared first and wanted alone later lets two calls of one
   * person wait for each other until PostgreSQL ends one of them.
   */
  locksCaller?: true
  run: (args: Scope<W> & { input: z.output<I>; subject: S }) => Promise<{
    /** What the operation gives; not waited for before the commit is sent. */
    result: z.input<O> | Promise<z.input<O>>
    /** What happened, to each thing it happened to; null when nothing did, because what was asked for was already so. */
    event: NewEvent | NewEvent[] | null
  }>
}

export interface Operation<I extends z.ZodType, O extends z.ZodType> {
  (ctx: Context, input: z.input<I>): Promise<z.output<O>>
  readonly kind: 'operation'
  readonly operationName: string
  readonly summary: string
  readonly input: I
  readonly output: O
  /** It is done outside any workspace. */
  readonly worldly: boolean
}

/** An operation that acts in the workspace of its context's place. */
export function operation<
  I extends z.ZodType,
  O extends z.ZodType,
  S extends Subject | undefined = undefined,
>(definition: Definition<I, O, S, WorkspaceScope>): Operation<I, O> {
  return define(definition, (row, ctx) => scopeOf(row, ctx.place), { worldly: false })
}

/** An operation outside any workspace: creating one, linking an account, setting up a server. */
export function worldOperation<
  I extends z.ZodType,
  O extends z.ZodType,
  S extends Subject | undefined = undefined,
>(definition: Definition<I, O, S, null>): Operation<I, O> {
  return define(definition, () => null, { worldly: true })
}

/**
 * One transaction: parse, find who acts and lock the subject, ask the policy, run, record the event, present,
 * commit. Every operation can throw `invalid`, `unauthenticated`, `not_found`, `forbidden` and `unavailable`.
 */
function define<
  I extends z.ZodType,
  O extends z.ZodType,
  S extends Subject | undefined,
  W extends WorkspaceScope | null,
>(
  definition: Definition<I, O, S, W>,
  scopeIn: (row: AccessRow, ctx: Context) => W,
  { worldly }: { worldly: boolean },
): Operation<I, O> {
  async function attempt(
    ctx: Context,
    input: z.output<I>,
    suspended: Set<string> | null,
  ): Promise<z.output<O> | Doubtful> {
    const { tracker } = ctx
    return tracker.db.transaction(async (tx) => {
      const row = await lockCaller(tx, ctx, definition.locksCaller ? 'for update' : 'for key share')
      if (suspended === null) {
        const doubts = doubtsAbout(row, ctx)
        if (doubts.clerkId !== null || doubts.guildRoles.length > 0) return new Doubtful(row, doubts)
      }
      const actor = actorOf(row, ctx.caller, suspended ?? undefined)
      const guildId = ctx.caller.guild?.id ?? null
      const scope: Scope<W> = {
        tx,
        tracker,
        actor,
        guildId,
        workspace: scopeIn(row, ctx),
        now: tracker.clock(),
      }
      const subject = await findSubject(definition, scope, input)
      // Whoever waited for a lock comes after whom it waited for.
      scope.now = tracker.clock()
      const { access } = definition
      const actions = typeof access === 'string' ? [access] : access(subject, input, actor)
      authorize(actor, actions, subject, definition.missing)
      const { result, event } = await definition.run({ ...scope, input, subject })
      for (const one of [event ?? []].flat()) recordEvent(scope, one)
      if (ctx.alongside !== undefined) tx.send(ctx.alongside)
      const [presented] = await Promise.all([result, tx.commit()])
      return definition.output.parse(presented)
    })
  }

  async function settle(ctx: Context, input: z.output<I>): Promise<z.output<O>> {
    let outcome = await attempt(ctx, input, null)
    if (outcome instanceof Doubtful) {
      outcome = await attempt(ctx, input, await settleDoubts(ctx.tracker, outcome.row, outcome.doubts))
    }
    if (outcome instanceof Doubtful) throw new Error('Doubts were settled and came back.')
    return outcome
  }

  const call = async (ctx: Context, raw: z.input<I>): Promise<z.output<O>> => {
    const input = parseInput(definition.input, raw)
    const outcome = await onceMoreIfContested(() => settle(ctx, input))
    ctx.tracker.relay.wake()
    return outcome
  }
  const { name: operationName, summary, input, output } = definition
  return Object.assign(call, { kind: 'operation' as const, operationName, summary, input, output, worldly })
}

/** What an attempt gives back when somebody outside has to be asked first: no lock is held while we wait for them. */
class Doubtful {
  readonly row: AccessRow
  readonly doubts: ReturnType<typeof doubtsAbout>
  constructor(row: AccessRow, doubts: ReturnType<typeof doubtsAbout>) {
    this.row = row
    this.doubts = doubts
  }
}

/** Locks the caller's own row against a merge under way, and follows it to the user it was merged into. */
async function lockCaller(
  tx: Transaction,
  ctx: Context,
  lock: 'for key share' | 'for update',
  userId = ctx.caller.userId,
): Promise<AccessRow> {
  tx.send({ text: `select 1 from users where id = $1::uuid ${lock}`, values: [userId] })
  // A statement of its own: the one that waited for the lock sees other tables as they were before the wait.
  const text = accessClause(ctx.place)
  const [row] = await tx.query<AccessRow>({ text, values: [userId, placeValue(ctx.place)] })
  if (row === undefined) throw unknownAccount()
  return row.merged_into_id === null ? row : lockCaller(tx, ctx, lock, row.merged_into_id)
}

async function findSubject<I extends z.ZodType, O extends z.ZodType, S extends Subject | undefined, W>(
  definition: Definition<I, O, S, W>,
  scope: Scope<W>,
  input: z.output<I>,
): Promise<S> {
  if (definition.subject === undefined) return undefined as S // without `subject`, S is undefined by its default
  const subject = await definition.subject(scope, input)
  if (subject !== null) return subject
  if (scope.workspace !== null) authorize(scope.actor, ['issue.read'])
  throw new AppError('not_found', definition.missing ?? missingSentence)
}
