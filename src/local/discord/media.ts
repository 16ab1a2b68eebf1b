import { createHash } from 'node:crypto'

import { Hono } from 'hono'
import { html } from 'hono/html'

import type { DiscordParts } from './parts.ts'
import type { UserRecord } from './records.ts'
import { refusals } from './refusals.ts'

/** These a browser may show in place; anything else is handed over as a download. */
const SHOWN_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** Whatever is served here came from somebody, so it may neither run nor load anything. */
const HARMLESS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}

/** Pictures of people, drawn here because Discord's CDN is out of reach, and the files sent with messages. */
export function mediaRoutes({ state, attachments }: DiscordParts): Hono {
  const app = new Hono()

  app.get('/avatars/:file{\\d+\\.svg}', async (c) => {
    const user = state.getUser(c.req.param('file').replace('.svg', ''))
    return c.body(String(await drawAvatar(user)), 200, {
      ...HARMLESS,
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=3600',
    })
  })

  app.get('/attachments/:channelId/:attachmentId/:filename', async (c) => {
    const { channelId, attachmentId } = c.req.param()
    const channel = state.getChannel(channelId)
    const attachment = [...state.messagesOf(channel.id).values()]
      .flatMap((message) => message.attachments)
      .find(({ id }) => id === attachmentId)
    const bytes = attachment === undefined ? null : await attachments.find(attachment.id)
    if (attachment === undefined || bytes === null) throw refusals.noRoute()
    const type = attachment.content_type ?? 'application/octet-stream'
    const shown = SHOWN_TYPES.has(type)
    return c.body(new Uint8Array(bytes), 200, {
      ...HARMLESS,
      'content-type': shown ? type : 'application/octet-stream',
      'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`,
    })
  })
  return app
}

/** Initials on a colour that is always the same for the same person. */
function drawAvatar(user: UserRecord): ReturnType<typeof html> {
  const name = user.globalName ?? user.username
  const words = name.split(/[\s._-]+/).filter(Boolean)
  const initials = words
    .slice(0, 2)
    .map((word) => Array.from(word).at(0)?.toUpperCase() ?? '')
    .join('')
  const hue = createHash('sha256').update(user.id).digest().readUInt16BE(0) % 360
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" role="img" aria-label="${name}">
    <rect width="80" height="80" fill="hsl(${hue} 55% 42%)" />
    <text
      x="40"
      y="41"
      fill="#fff"
      font-family="system-ui, sans-serif"
      font-size="32"
      font-weight="600"
      text-anchor="middle"
      dominant-baseline="central"
    >
      ${initials}
    </text>
  </svg>`
}
