import type { z } from 'zod'
import type { Context } from './context.ts'
import { parseInput } from './input.ts'

interface Definition<K, I extends z.ZodType, O extends z.ZodType, R, More extends unknown[]> {
  /** Whether it changes anything. */
  kind: K
  name: string
  summary: string
  input: I
  output: O
  /** It is done outside any workspace. */
  world?: boolean
  run: (ctx: Context, input: z.output<I>, ...more: More) => Promise<R>
}

/**
 * What takes several steps, such as asking Clerk in between: no lock is held while somebody outside is waited for. Doors
 * call it like an operation or a read. It has no access rule of its own, because each step that reads or changes something
 * is an operation or a read. Throws `invalid`, and what its steps throw.
 */
export function composed<
  const K extends 'operation' | 'read',
  I extends z.ZodType,
  O extends z.ZodType,
  R,
  More extends unknown[] = [],
>(definition: Definition<K, I, O, R, More>) {
  const { kind, name: operationName, summary, input, output, world: worldly = false, run } = definition
  const call = (ctx: Context, raw: z.input<I>, ...more: More): Promise<R> =>
    Promise.try(() => run(ctx, parseInput(input, raw), ...more))
  return Object.assign(call, { kind, operationName, summary, input, output, worldly })
}
