import { z } from 'zod'
import { AppError } from './errors.ts'

const kinds: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

const anyOf = new Intl.ListFormat('en', { type: 'disjunction' })

// Zod's own words speak of JavaScript (“received undefined”, “NaN”, “Unrecognized key”).
z.config({
  customError: (issue) => {
    switch (issue.code) {
      case 'invalid_type':
        return issue.input === undefined
          ? 'This is missing.'
          : `This has to be ${kinds[issue.expected] ?? issue.expected}.`
      case 'invalid_value':
        return `This has to be ${anyOf.format(issue.values.map(String))}.`
      case 'unrecognized_keys':
        return `There is nothing called ${anyOf.format(issue.keys.map((key) => `“${key}”`))} here. Leave it out.`
      case 'too_small':
        return sized(issue.origin, `at least ${issue.minimum}`, Number(issue.minimum))
      case 'too_big':
        return sized(issue.origin, `at most ${issue.maximum}`, Number(issue.maximum))
      case 'invalid_format':
        return issue.format === 'uuid' ? 'This has to be an id as we give them, a UUID.' : undefined
      default:
        return undefined
    }
  },
})

/** What is said of something that is too short or too long, or of a number that is too small or too large. */
function sized(origin: string, bound: string, count: number): string | undefined {
  const unit = { string: 'character', array: 'entry' }[origin]
  if (unit === undefined)
    return origin === 'number' || origin === 'int' ? `This has to be ${bound}.` : undefined
  const many = unit === 'entry' ? 'entries' : `${unit}s`
  return `This has to have ${bound} ${count === 1 ? unit : many}.`
}

/** Parses what came in through a door. Throws `invalid`, naming every place and what it should be. */
export function parseInput<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw invalidInput(parsed.error)
}

/** The refusal that says what zod found. */
export function invalidInput(error: z.core.$ZodError): AppError {
  const problems = error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  const first = problems[0]
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new AppError('invalid', `${where}${first?.message ?? 'This is not what was asked for.'}${more}`, {
    problems,
  })
}
