import { AppError } from './errors.ts'

/** Throws `stale` when what is there is at none of the versions that a change was made for. */
export function assertVersion(
  what: 'issue' | 'comment',
  { version: current }: { version: number },
  version: number | number[] | undefined,
): void {
  if (version === undefined) return
  const wanted = [version].flat()
  if (wanted.includes(current)) return
  throw new AppError(
    'stale',
    `This ${what} has been changed since you read it (it is at version ${current}, you sent ${wanted.join(', ')}). Read it again and repeat your change.`,
  )
}
