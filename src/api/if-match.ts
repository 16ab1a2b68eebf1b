import { AppError } from '#shared/errors.ts'

const ofOurs = /^(?:W\/)?"(\d{1,9})(?:-[\w-]+)?"$/

/**
 * The versions that `If-Match` asks for, any of which will do: each `"3"`, or an entity tag of ours, whose digest may be
 * out of date by a vote or a renamed author. None for `*` or no header. Throws `invalid`. Source: RFC 9110, 13.1.1.
 */
export function versionFrom(ifMatch: string | undefined): { version: number[] } | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const version = ifMatch.split(',').map((tag) => Number(ofOurs.exec(tag.trim())?.[1]))
  if (version.every(Number.isInteger)) return { version }
  const message = 'If-Match takes the ETag of what you saw, or its version in quotes: "3".'
  throw new AppError('invalid', message, { problems: [{ path: 'If-Match', message }] })
}
