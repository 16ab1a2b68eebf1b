import { ComponentType, SeparatorSpacingSize } from 'discord-api-types/v10'
import type {
  APIComponentInContainer,
  APIContainerComponent,
  APIMediaGalleryComponent,
  APIMessageTopLevelComponent,
  APISectionComponent,
  APIThumbnailComponent,
} from 'discord-api-types/v10'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { ClientMessage } from '#local/discord/client-api.ts'
import { hexColour } from '../directory.tsx'
import { FileCard } from '../messages/attachment.tsx'
import { Markdown } from '../messages/markdown.tsx'
import { mediaUrl } from '../messages/media-url.ts'
import { Picture } from '../messages/picture.tsx'
import { ActionRow } from './action-row.tsx'
import { MessageButton } from './message-button.tsx'

interface TreeProps {
  components: (APIMessageTopLevelComponent | APIComponentInContainer)[]
  message: ClientMessage
}

/** The components of a message, of either generation: rows below the words, or a whole layout. */
export function ComponentTree({ components, message }: TreeProps) {
  return components.map((component, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- components need not have an id; their order is theirs.
    <Component key={component.id ?? `at ${index}`} component={component} message={message} />
  ))
}

interface ComponentProps<C> {
  component: C
  message: ClientMessage
}

function Component({ component, message }: ComponentProps<TreeProps['components'][number]>): ReactNode {
  switch (component.type) {
    case ComponentType.ActionRow:
      return <ActionRow row={component} message={message} />
    case ComponentType.TextDisplay:
      return <Markdown text={component.content} />
    case ComponentType.Section:
      return <Section component={component} message={message} />
    case ComponentType.Container:
      return <Container component={component} message={message} />
    case ComponentType.MediaGallery:
      return <MediaGallery component={component} message={message} />
    case ComponentType.File:
      return (
        <FileCard
          name={component.name ?? component.file.url.replace('attachment://', '')}
          url={mediaUrl(component.file.url, message.attachments)}
          size={component.size}
        />
      )
    case ComponentType.Separator: {
      const isLarge = component.spacing === SeparatorSpacingSize.Large
      const classes = [
        'separator',
        isLarge && 'separator--large',
        component.divider === false && 'separator--blank',
      ]
      return <hr className={classes.filter(Boolean).join(' ')} />
    }
  }
}

function Container({ component, message }: ComponentProps<APIContainerComponent>) {
  const [hidden, setHidden] = useState(component.spoiler === true)
  const accent = component.accent_color
  const style = typeof accent === 'number' ? { borderInlineStartColor: hexColour(accent) } : undefined
  if (hidden) {
    return (
      <button type="button" className="container container--spoiler" onClick={() => setHidden(false)}>
        Spoiler
      </button>
    )
  }
  return (
    <div className={style ? 'container container--accented' : 'container'} style={style}>
      <ComponentTree components={component.components} message={message} />
    </div>
  )
}

function Section({ component, message }: ComponentProps<APISectionComponent>) {
  const { accessory } = component
  return (
    <div className="section">
      <div className="section__words">
        <ComponentTree components={component.components} message={message} />
      </div>
      {accessory.type === ComponentType.Button ? (
        <MessageButton button={accessory} message={message} />
      ) : (
        <Thumbnail component={accessory} message={message} />
      )}
    </div>
  )
}

function Thumbnail({ component, message }: ComponentProps<APIThumbnailComponent>) {
  return (
    <Picture
      url={mediaUrl(component.media.url, message.attachments)}
      description={component.description ?? ''}
      spoiler={component.spoiler ?? false}
      className="section__thumbnail"
    />
  )
}

function MediaGallery({ component, message }: ComponentProps<APIMediaGalleryComponent>) {
  return (
    <div className="gallery" data-count={Math.min(component.items.length, 4)}>
      {component.items.map((item, index) => (
        <Picture
          // oxlint-disable-next-line react/no-array-index-key -- a gallery may show one picture twice.
          key={index}
          url={mediaUrl(item.media.url, message.attachments)}
          description={item.description ?? ''}
          spoiler={item.spoiler ?? false}
          className="gallery__item"
        />
      ))}
    </div>
  )
}
