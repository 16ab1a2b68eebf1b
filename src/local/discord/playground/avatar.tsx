import { useState } from 'react'

interface AvatarProps {
  name: string
  url: string | undefined
  size: number
  online?: boolean
}

/** A person's or the bot's picture, and their initial where it does not load. The name stands beside it. */
export function Avatar({ name, url, size, online }: AvatarProps) {
  const [failedUrl, setFailedUrl] = useState<string | null>(null)
  const style = { width: size, height: size, fontSize: size * 0.44 }
  return (
    <span className="avatar" style={style} aria-hidden="true">
      {url && url !== failedUrl ? (
        <img src={url} alt="" width={size} height={size} onError={() => setFailedUrl(url)} />
      ) : (
        <span className="avatar__initial">{name.slice(0, 1).toUpperCase()}</span>
      )}
      {online === undefined ? null : <span className="avatar__presence" data-online={online} />}
    </span>
  )
}
