import { ApplicationCommandOptionType } from 'discord.js'
import type {
  APIApplicationCommandBasicOption,
  APIApplicationCommandOptionChoice,
  ChatInputCommandInteraction,
} from 'discord.js'
import { z } from 'zod'
import { parseInput } from '#shared/input.ts'
import type { Call } from './call.ts'

/** Discord's limit for the text of an option. */
const textLimit = 6_000
/** Discord's limit for the suggestions of an option. */
export const choicesShown = 25
/** Discord's limit for the name of a suggestion. */
export const choiceLimit = 100

export type Choice = APIApplicationCommandOptionChoice<string>
type Values = ChatInputCommandInteraction['options']

/** One option of a command: how Discord is told of it, and how its value is read. */
export interface Option<T> {
  required: boolean
  describe(name: string): APIApplicationCommandBasicOption
  read(values: Values, name: string): T
  /** What to offer for what is being typed. Whatever was typed may still arrive. */
  suggest?: Suggest
}

export type Suggest = (call: Call, typed: string) => Promise<Choice[]>
export type Options = Readonly<Record<string, Option<unknown>>>
export type ValuesOf<O extends Options> = { [N in keyof O]: O[N] extends Option<infer T> ? T : never }

/** Text, with the limits of the schema that will check it; the operation has the last word. */
export function text(
  schema: z.ZodType<string>,
  { description, suggest }: { description: string; suggest?: Suggest },
): Option<string | undefined> {
  const { minLength, maxLength = textLimit } = z.toJSONSchema(schema, { io: 'input' })
  return {
    required: false,
    describe: (name) => ({
      type: ApplicationCommandOptionType.String,
      name,
      description,
      // Suggestions are chosen by a part of what they name: the limits of the whole would be in the way.
      ...(suggest === undefined
        ? {
            ...(minLength === undefined ? {} : { min_length: minLength }),
            max_length: Math.min(maxLength, textLimit),
          }
        : { autocomplete: true }),
    }),
    read: (values, name) => values.getString(name) ?? undefined,
    ...(suggest === undefined ? {} : { suggest }),
  }
}

/** One of the values of an enumeration, shown by name. */
export function choice<V extends string>(
  schema: z.ZodEnum<Record<V, V>>,
  { description, names }: { description: string; names: Record<V, string> },
): Option<V | undefined> {
  return {
    required: false,
    describe: (name) => ({
      type: ApplicationCommandOptionType.String,
      name,
      description,
      choices: schema.options.map((value) => ({ name: names[value], value })),
    }),
    read: (values, name) => parseInput(schema.optional(), values.getString(name) ?? undefined),
  }
}

export function yesOrNo(description: string): Option<boolean | undefined> {
  return {
    required: false,
    describe: (name) => ({ type: ApplicationCommandOptionType.Boolean, name, description }),
    read: (values, name) => values.getBoolean(name) ?? undefined,
  }
}

/** Somebody in the server; the value is their id. */
export function person(description: string): Option<string | undefined> {
  return {
    required: false,
    describe: (name) => ({ type: ApplicationCommandOptionType.User, name, description }),
    read: (values, name) => values.getUser(name)?.id,
  }
}

export function required<T>(option: Option<T>): Option<Exclude<T, undefined>> {
  return {
    ...option,
    required: true,
    describe: (name) => ({ ...option.describe(name), required: true }),
    // Discord does not let a command be sent without its required options.
    read: (values, name) => option.read(values, name) as Exclude<T, undefined>,
  }
}
