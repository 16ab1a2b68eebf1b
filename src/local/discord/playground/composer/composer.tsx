import type { ClientChannel } from '#local/discord/client-api.ts'
import { CommandForm } from './command-form.tsx'
import type { SlashCommand } from './commands.ts'
import { TextComposer } from './text-composer.tsx'

interface ComposerProps {
  channel: ClientChannel
  /** Undefined until they have been fetched. */
  commands: SlashCommand[] | undefined
  commandsFailure: string | null
  /** The command being filled in, or null while plain text is typed. */
  command: SlashCommand | null
  onCommand: (command: SlashCommand | null) => void
}

/** Where one writes to a channel: text, or a command with its options. */
export function Composer({ channel, commands, commandsFailure, command, onCommand }: ComposerProps) {
  return (
    <div className="composer">
      {command ? (
        <CommandForm
          key={`${channel.id} ${command.name}`}
          channel={channel}
          command={command}
          onDone={() => onCommand(null)}
        />
      ) : (
        <TextComposer
          key={channel.id}
          channel={channel}
          commands={commands}
          commandsFailure={commandsFailure}
          onCommand={onCommand}
        />
      )}
    </div>
  )
}
