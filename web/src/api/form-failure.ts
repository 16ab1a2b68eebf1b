import type { FieldPath, FieldValues, UseFormSetError } from 'react-hook-form'
import { Problem } from './problem.ts'

/**
 * Puts what the server found wrong at the fields it is about. Gives what remains to be shown above them: the
 * failure itself, unless every part of it has found its field.
 */
export function placeAtFields<T extends FieldValues>(
  error: unknown,
  names: readonly FieldPath<T>[],
  setError: UseFormSetError<T>,
): unknown {
  if (!(error instanceof Problem) || error.fields.length === 0) return error
  let placed = 0
  for (const { path, message } of error.fields) {
    const name = names.find((candidate) => candidate === path)
    if (name === undefined) continue
    setError(name, { type: 'server', message }, { shouldFocus: placed === 0 })
    placed += 1
  }
  return placed === error.fields.length ? null : error
}
