import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10'
import type {
  APIApplicationCommand,
  APIApplicationCommandBasicOption,
  APIApplicationCommandOption,
} from 'discord-api-types/v10'

export type CommandOption = APIApplicationCommandBasicOption

/** One thing that can be typed after the slash: a command, or each subcommand of one. */
export interface SlashCommand {
  /** All its words, e.g. `issue create`. */
  name: string
  description: string
  /** Required ones first, as Discord demands of the bot. */
  options: CommandOption[]
}

/** What can be typed after the slash, by name; the server gives only what may be used here. */
export function slashCommands(commands: APIApplicationCommand[]): SlashCommand[] {
  return commands
    .filter(({ type }) => type === ApplicationCommandType.ChatInput)
    .flatMap(({ name, description, options = [] }) => flatten(name, description, options))
}

function flatten(name: string, description: string, options: APIApplicationCommandOption[]): SlashCommand[] {
  const below: SlashCommand[] = []
  const own: CommandOption[] = []
  for (const option of options) {
    const isGroup =
      option.type === ApplicationCommandOptionType.Subcommand ||
      option.type === ApplicationCommandOptionType.SubcommandGroup
    if (isGroup) below.push(...flatten(`${name} ${option.name}`, option.description, option.options ?? []))
    else own.push(option)
  }
  return below.length > 0 ? below : [{ name, description, options: own }]
}

/** The commands that fit what has been typed after the slash: those it begins come before those it occurs in. */
export function matchCommands(commands: SlashCommand[], typed: string): SlashCommand[] {
  const query = typed.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const rank = ({ name, description }: SlashCommand): number => {
    if (name.startsWith(query)) return 0
    if (name.includes(query)) return 1
    return description.toLowerCase().includes(query) ? 2 : 3
  }
  return commands
    .map((command) => ({ command, rank: rank(command) }))
    .filter((found) => found.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command)
}
