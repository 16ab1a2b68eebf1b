import type { APIAttachment, APIEmbed } from 'discord-api-types/v10'
import { hexColour } from '../directory.tsx'
import { Markdown } from './markdown.tsx'
import { safeLink } from './markdown-tree.ts'
import { mediaUrl } from './media-url.ts'
import { useNow } from './now.ts'
import { Picture } from './picture.tsx'
import { formatSent } from './timestamps.ts'

export function Embed({ embed, attachments }: { embed: APIEmbed; attachments: APIAttachment[] }) {
  const now = useNow()
  const style = embed.color === undefined ? undefined : { borderInlineStartColor: hexColour(embed.color) }
  const footer = [embed.footer?.text, embed.timestamp && formatSent(new Date(embed.timestamp), now)]
  return (
    <div className="embed" style={style}>
      <div className="embed__words">
        {embed.author ? (
          <p className="embed__author">
            <Linked url={embed.author.url}>{embed.author.name}</Linked>
          </p>
        ) : null}
        {embed.title ? (
          <div className="embed__title">
            <Linked url={embed.url}>{embed.title}</Linked>
          </div>
        ) : null}
        {embed.description ? <Markdown text={embed.description} /> : null}
        {embed.fields?.length ? (
          <div className="embed__fields">
            {embed.fields.map((field, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- fields have no identity but their position.
              <div
                key={index}
                className={field.inline ? 'embed__field embed__field--inline' : 'embed__field'}
              >
                <div className="embed__field-name">
                  <Markdown text={field.name} />
                </div>
                <Markdown text={field.value} />
              </div>
            ))}
          </div>
        ) : null}
      </div>
      {embed.thumbnail ? (
        <Picture
          url={mediaUrl(embed.thumbnail.url, attachments)}
          description=""
          className="embed__thumbnail"
        />
      ) : null}
      {embed.image ? (
        <Picture
          url={mediaUrl(embed.image.url, attachments)}
          description={embed.title ?? ''}
          className="embed__image"
        />
      ) : null}
      {footer.some(Boolean) ? <p className="embed__footer">{footer.filter(Boolean).join(' • ')}</p> : null}
    </div>
  )
}

/** Discord reads Markdown in an embed's title but draws the title of a linked embed as one link. */
function Linked({ url, children }: { url: string | undefined; children: string }) {
  const address = url === undefined ? null : safeLink(url)
  if (address === null) return <Markdown text={children} />
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  )
}
