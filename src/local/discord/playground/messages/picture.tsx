import { useState } from 'react'
import { safeLink } from './markdown-tree.ts'

interface PictureProps {
  url: string
  description: string
  className: string
  spoiler?: boolean
}

/** A picture of a message. What it shows is written in its place when it does not load or is not from this machine. */
export function Picture({ url, description, className, spoiler = false }: PictureProps) {
  const [hasFailed, setFailed] = useState(false)
  const [hidden, setHidden] = useState(spoiler)
  const address = safeLink(url)
  if (address === null || hasFailed)
    return <span className={`${className} picture--missing`}>{description}</span>
  if (hidden) {
    return (
      <button type="button" className={`${className} picture--spoiler`} onClick={() => setHidden(false)}>
        Spoiler
      </button>
    )
  }
  return (
    <a className={className} href={address} target="_blank" rel="noopener noreferrer">
      <img src={address} alt={description} loading="lazy" onError={() => setFailed(true)} />
    </a>
  )
}
