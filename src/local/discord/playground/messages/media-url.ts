import type { APIAttachment } from 'discord-api-types/v10'

const SCHEME = 'attachment://'

/** Embeds and components may name a file of their own message as `attachment://name`; this is where it lies. */
export function mediaUrl(url: string, attachments: APIAttachment[]): string {
  if (!url.startsWith(SCHEME)) return url
  const name = url.slice(SCHEME.length)
  return attachments.find(({ filename }) => filename === name)?.url ?? url
}
