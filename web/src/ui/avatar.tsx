import { Avatar as Radix } from 'radix-ui'
import styles from './avatar.module.css'

interface AvatarProps {
  name: string
  imageUrl: string | null
  size?: number
}

/** A person's picture; their initial where there is none. The name stands beside it, so it says nothing itself. */
export function Avatar({ name, imageUrl, size = 22 }: AvatarProps) {
  return (
    <Radix.Root
      className={styles.avatar}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.48) }}
      aria-hidden
    >
      {imageUrl !== null && (
        <Radix.Image src={imageUrl} alt="" className={styles.picture} referrerPolicy="no-referrer" />
      )}
      <Radix.Fallback className={styles.initial} style={{ '--hue': hueOf(name) }}>
        {initialOf(name)}
      </Radix.Fallback>
    </Radix.Root>
  )
}

const characters = new Intl.Segmenter('en')

function initialOf(name: string): string {
  for (const { segment } of characters.segment(name)) return segment.toUpperCase()
  return '?'
}

/** The same name has the same colour everywhere. */
function hueOf(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 360
  return sum
}

declare module 'react' {
  interface CSSProperties {
    '--hue'?: number
    '--label'?: string
  }
}
