import type { APIAttachment } from 'discord-api-types/v10'
import { Icon } from '../icons.tsx'
import { safeLink } from './markdown-tree.ts'
import { Picture } from './picture.tsx'

export function Attachment({ file }: { file: APIAttachment }) {
  if (file.content_type?.startsWith('image/')) {
    return (
      <Picture url={file.url} description={file.description ?? file.filename} className="attachment__image" />
    )
  }
  return <FileCard name={file.filename} url={file.url} size={file.size} />
}

export function FileCard({ name, url, size }: { name: string; url: string; size: number | undefined }) {
  const address = safeLink(url)
  return (
    <div className="file-card">
      <Icon name="file" size={28} />
      <div>
        {address === null ? (
          name
        ) : (
          <a href={address} target="_blank" rel="noopener noreferrer">
            {name}
          </a>
        )}
        {size === undefined ? null : <small>{formatSize(size)}</small>}
      </div>
    </div>
  )
}

function formatSize(bytes: number): string {
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte']
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount)
}
