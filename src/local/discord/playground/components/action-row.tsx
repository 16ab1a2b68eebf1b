import { ComponentType } from 'discord-api-types/v10'
import type {
  APIActionRowComponent,
  APIComponentInMessageActionRow,
  APISelectMenuComponent,
} from 'discord-api-types/v10'
import { useState } from 'react'
import type { ClientMessage } from '#local/discord/client-api.ts'
import { useInteractions } from '../interactions.tsx'
import { MessageButton } from './message-button.tsx'
import { SelectMenu } from './select-menu.tsx'
import { defaultValues } from './select-items.ts'

interface ActionRowProps {
  row: APIActionRowComponent<APIComponentInMessageActionRow>
  message: ClientMessage
}

export function ActionRow({ row, message }: ActionRowProps) {
  return (
    <div className="action-row">
      {row.components.map((component, index) => {
        if (component.type === ComponentType.Button) {
          // By its position, so that the focus stays where it was when the answer turns "Close" into "Reopen".
          // oxlint-disable-next-line react/no-array-index-key
          return <MessageButton key={index} button={component} message={message} />
        }
        // An edit of the message resets what was chosen, as it does in Discord.
        const key = `${component.custom_id} ${message.edited_timestamp ?? ''}`
        return <MessageSelect key={key} select={component} message={message} />
      })}
    </div>
  )
}

function MessageSelect({ select, message }: { select: APISelectMenuComponent; message: ClientMessage }) {
  const { press, pressed } = useInteractions()
  const [values, setValues] = useState<string[]>(() => defaultValues(select))
  const choose = (chosen: string[]): void => {
    setValues(chosen)
    void press({
      type: 'component',
      channelId: message.channel_id,
      messageId: message.id,
      customId: select.custom_id,
      values: chosen,
    })
  }
  return (
    <SelectMenu
      select={select}
      values={values}
      onChange={choose}
      label={select.placeholder ?? 'Make a selection'}
      busy={pressed === `${message.id} ${select.custom_id}`}
    />
  )
}
