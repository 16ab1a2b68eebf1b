import type { Context } from 'hono'

import { invalidForm } from '../refusals.ts'
import { isSnowflake } from '../snowflakes.ts'

/** An id in the path, by its parameter's name. Throws what Discord answers when it is no snowflake. */
export function pathId(c: Context, name: string): string {
  const value = c.req.param(name) ?? ''
  if (isSnowflake(value)) return value
  throw invalidForm([
    { path: [name], code: 'NUMBER_TYPE_COERCE', message: `Value "${value}" is not snowflake.` },
  ])
}

/** A whole number in the query, within its bounds. */
export function queryNumber(
  c: Context,
  name: string,
  { least, most, absent }: { least: number; most: number; absent: number },
): number {
  const text = c.req.query(name)
  if (text === undefined) return absent
  const value = Number(text)
  if (!Number.isInteger(value)) {
    throw invalidForm([{ path: [name], code: 'NUMBER_TYPE_COERCE', message: `Value "${text}" is not int.` }])
  }
  if (value >= least && value <= most) return value
  throw invalidForm([
    { path: [name], code: 'NUMBER_TYPE_MAX', message: `int value should be between ${least} and ${most}.` },
  ])
}
