import { ButtonStyle } from 'discord-api-types/v10'
import type { APIButtonComponent, APIMessageComponentEmoji } from 'discord-api-types/v10'
import type { ClientMessage } from '#local/discord/client-api.ts'
import { Icon } from '../icons.tsx'
import { useInteractions } from '../interactions.tsx'
import { safeLink } from '../messages/markdown-tree.ts'

const STYLES = {
  [ButtonStyle.Primary]: 'primary',
  [ButtonStyle.Secondary]: 'secondary',
  [ButtonStyle.Success]: 'success',
  [ButtonStyle.Danger]: 'danger',
}

export function MessageButton({ button, message }: { button: APIButtonComponent; message: ClientMessage }) {
  const { press, pressed } = useInteractions()

  if (button.style === ButtonStyle.Premium) {
    return (
      <button type="button" className="button button--primary" disabled>
        Premium
      </button>
    )
  }
  if (button.style === ButtonStyle.Link) {
    const address = button.disabled ? null : safeLink(button.url)
    return (
      <a
        className="button button--secondary"
        href={address ?? undefined}
        target="_blank"
        rel="noopener noreferrer"
      >
        <ButtonFace emoji={button.emoji} label={button.label} />
        <Icon name="external" size={14} />
      </a>
    )
  }
  const { custom_id: customId } = button
  return (
    <button
      type="button"
      className={`button button--${STYLES[button.style]}`}
      // A button that waits is not disabled, which would take the focus from it: `press` ignores a second press.
      data-busy={pressed === `${message.id} ${customId}`}
      disabled={button.disabled === true}
      onClick={() =>
        void press({ type: 'component', channelId: message.channel_id, messageId: message.id, customId })
      }
    >
      <ButtonFace emoji={button.emoji} label={button.label} />
    </button>
  )
}

function ButtonFace({
  emoji,
  label,
}: {
  emoji: APIMessageComponentEmoji | undefined
  label: string | undefined
}) {
  return (
    <span className="button__face">
      {emoji ? <span className="emoji">{emojiText(emoji)}</span> : null}
      {label}
    </span>
  )
}

/** Custom emoji are pictures of Discord's, which a local page does not load; their name stands for them. */
export function emojiText(emoji: APIMessageComponentEmoji): string {
  return emoji.id ? `:${emoji.name ?? 'emoji'}:` : (emoji.name ?? '')
}
