import type { $ZodIssue } from 'zod/v4/core'
import { safeParse, type ZodMiniType } from 'zod/mini'

import type { PlacedProblem } from '../refusals.ts'

/**
 * Checks a value against a schema of Discord's published API description and says what is wrong in the
 * words Discord uses. Fields unknown to the description are let through, as Discord does.
 */
export function publishedProblems(schema: ZodMiniType, value: unknown): PlacedProblem[] {
  const result = safeParse(schema, value)
  return result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, [], value))
}

function problemsOf(issue: $ZodIssue, prefix: (string | number)[], root: unknown): PlacedProblem[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  switch (issue.code) {
    case 'invalid_type':
      return [valueAt(root, path) === undefined ? required(path) : wrongType(path, issue.expected)]
    case 'too_big':
      return [tooBig(path, issue.origin, issue.maximum)]
    case 'too_small':
      return [tooSmall(path, issue.origin, issue.minimum)]
    case 'invalid_value':
      if (valueAt(root, path) === undefined) return [required(path)]
      return [
        { path, code: 'BASE_TYPE_CHOICES', message: `Value must be one of {${issue.values.join(', ')}}.` },
      ]
    case 'invalid_format':
      return [formatProblem(path, issue.format)]
    case 'invalid_union':
      return unionProblems(issue.errors, path, root)
    default:
      return [{ path, code: 'BASE_TYPE_INVALID', message: 'The value is not valid.' }]
  }
}

/**
 * Of a union only the member that was meant is worth telling about: the one whose `type` fits. When none
 * does, the choices are told instead.
 */
function unionProblems(members: $ZodIssue[][], path: (string | number)[], root: unknown): PlacedProblem[] {
  const onType = (issue: $ZodIssue) =>
    issue.code === 'invalid_value' && issue.path.length === 1 && issue.path[0] === 'type'
  const meant = members.filter((issues) => !issues.some(onType))
  // A member of quite another kind has one problem only, and still is the farthest.
  const distance = (issues: $ZodIssue[]) =>
    issues.some((issue) => issue.path.length === 0) ? Number.POSITIVE_INFINITY : issues.length
  const [closest] = meant.sort((a, b) => distance(a) - distance(b))
  if (closest !== undefined) return closest.flatMap((issue) => problemsOf(issue, path, root))

  const types = members.flatMap((issues) =>
    issues.flatMap((issue) => (onType(issue) && issue.code === 'invalid_value' ? issue.values : [])),
  )
  const message = `Value of field "type" must be one of (${types.map(String).join(', ')}).`
  return [{ path, code: 'UNION_TYPE_CHOICES', message }]
}

function required(path: (string | number)[]): PlacedProblem {
  return { path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
}

function wrongType(path: (string | number)[], expected: string): PlacedProblem {
  if (expected === 'array') {
    return { path, code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' }
  }
  if (expected === 'object' || expected === 'record') {
    return { path, code: 'MODEL_TYPE_CONVERT', message: 'Only dictionaries may be used in a ModelType' }
  }
  if (expected === 'number' || expected === 'int') {
    return { path, code: 'NUMBER_TYPE_COERCE', message: 'Value is not int.' }
  }
  return {
    path,
    code: `${expected.toUpperCase()}_TYPE_CONVERT`,
    message: `Could not interpret value as ${expected}.`,
  }
}

function tooBig(path: (string | number)[], origin: string, maximum: number | bigint): PlacedProblem {
  return origin === 'string' || origin === 'array'
    ? { path, code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${maximum} or fewer in length.` }
    : { path, code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${maximum}.` }
}

function tooSmall(path: (string | number)[], origin: string, minimum: number | bigint): PlacedProblem {
  return origin === 'string' || origin === 'array'
    ? { path, code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${minimum} or more in length.` }
    : { path, code: 'NUMBER_TYPE_MIN', message: `int value should be greater than or equal to ${minimum}.` }
}

function formatProblem(path: (string | number)[], format: string): PlacedProblem {
  switch (format) {
    case 'url':
      return { path, code: 'URL_TYPE_INVALID_URL', message: 'Not a well formed URL.' }
    case 'datetime':
      return { path, code: 'DATE_TIME_TYPE_PARSE', message: 'Could not parse the value. Should be ISO8601.' }
    default:
      return { path, code: 'STRING_TYPE_REGEX', message: 'String value did not match validation regex.' }
  }
}

function valueAt(root: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    // Whatever was sent is JSON: an object may be looked into by any key, and a missing one gives undefined.
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    root,
  )
}
