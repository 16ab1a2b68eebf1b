import {
  ApplicationCommandOptionType as OptionType,
  type APIApplicationCommandOption,
  type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10'

import { invalidForm } from '../refusals.ts'
import { commandProblems } from './command-rules.ts'
import { publishedProblems } from './published-form.ts'

export type CommandForm = RESTPostAPIApplicationCommandsJSONBody

/** Checks a whole command. Throws what Discord answers when it refuses; in a list, `place` is the command's index. */
export async function readCommandForm(body: unknown, place?: number): Promise<CommandForm> {
  const schemas = await import('discord-api-spec/zod')
  const schema =
    place === undefined
      ? schemas.ApplicationCommandCreateRequestSchema
      : schemas.ApplicationCommandUpdateRequestSchema
  const published = publishedProblems(schema, forDescription(body))
  // Once the published description has been checked, the body is what the type says.
  const problems = published.length > 0 ? published : commandProblems(body as CommandForm)
  if (problems.length === 0) return body as CommandForm
  const prefix = place === undefined ? [] : [place]
  throw invalidForm(problems.map((problem) => ({ ...problem, path: [...prefix, ...problem.path] })))
}

/** Checks a change and gives the command as it becomes. */
export async function readCommandPatch(body: unknown, before: CommandForm): Promise<CommandForm> {
  const { ApplicationCommandPatchRequestPartialSchema } = await import('discord-api-spec/zod')
  const problems = publishedProblems(ApplicationCommandPatchRequestPartialSchema, forDescription(body))
  if (problems.length > 0) throw invalidForm(problems)
  return readCommandForm({ ...before, ...(body as Partial<CommandForm>) })
}

/** Permissions are a bit set in decimal on the wire, and a number in the published description. */
function forDescription(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('default_member_permissions' in body)) return body
  const permissions = body.default_member_permissions
  const isDecimal = typeof permissions === 'string' && /^\d{1,20}$/.test(permissions)
  return isDecimal ? { ...body, default_member_permissions: Number(permissions) } : body
}

/** Options as Discord gives them back: what says nothing is left out. */
export function tidyOptions(options: APIApplicationCommandOption[]): APIApplicationCommandOption[] {
  return options.map((option) => {
    const nested =
      option.type === OptionType.Subcommand || option.type === OptionType.SubcommandGroup
        ? { options: tidyOptions(option.options ?? []) }
        : {}
    const said = Object.entries({ ...option, ...nested }).filter(
      ([, value]) => value !== null && value !== undefined && value !== false && !isEmptyList(value),
    )
    // Only optional fields were left out, so it is an option still.
    return Object.fromEntries(said) as unknown as APIApplicationCommandOption
  })
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
