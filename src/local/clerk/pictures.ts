import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { notFound } from './errors.ts'
import type { Instance } from './instance.ts'
import { findUser } from './queries.ts'
import type { UserRecord } from './state.ts'

const PICTURE_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** Pictures live in the state file, which is written whole: far less than Clerk's own limit. */
export const PICTURE_BYTES_MAX = 1024 * 1024

/** Never SVG, which can carry a script. */
export function isPictureType(type: string): boolean {
  return PICTURE_TYPES.has(type)
}

/** Faces without the internet: what people uploaded, and a drawn avatar for everybody else. */
export function pictures(instance: Instance) {
  return new Hono()
    .use(async (c, next) => {
      await next()
      c.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      c.header('x-content-type-options', 'nosniff')
    })
    .get('/pictures/:userId/:pictureId', (c) => {
      const picture = findUser(instance, c.req.param('userId'))?.picture
      if (!picture || picture.id !== c.req.param('pictureId')) throw notFound('No such picture.')
      return c.body(Buffer.from(picture.base64, 'base64'), 200, {
        'content-type': picture.type,
        'cache-control': 'private, max-age=31536000, immutable',
      })
    })
    .get('/avatars/:file{.+\\.svg}', async (c) => {
      const user = findUser(instance, c.req.param('file').slice(0, -'.svg'.length))
      if (!user) throw notFound('No such avatar.')
      return c.body((await avatar(user)).toString(), 200, {
        'content-type': 'image/svg+xml',
        'cache-control': 'private, max-age=60',
      })
    })
    .get('/static/discord.svg', (c) =>
      c.body(SPEECH_MARK, 200, { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=3600' }),
    )
}

function avatar(user: UserRecord) {
  const initials = [user.firstName, user.lastName].map((name) => firstLetter(name ?? '')).join('')
  const hue = createHash('sha256').update(user.id).digest().readUInt16BE() % 360
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">
    <rect width="128" height="128" fill="hsl(${hue} 55% 42%)" />
    <text
      x="64"
      y="66"
      fill="#fff"
      font-family="system-ui, sans-serif"
      font-size="52"
      font-weight="600"
      text-anchor="middle"
      dominant-baseline="central"
    >
      ${initials.toUpperCase() || '?'}
    </text>
  </svg>`
}

function firstLetter(name: string): string {
  const [first] = new Intl.Segmenter().segment(name)
  return first?.segment ?? ''
}

/** Marks the Discord buttons where the provider's own logo would come from Clerk's image server. */
const SPEECH_MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect x="1" y="3" width="22" height="16" rx="5" fill="#5865f2"/><path d="M7 18l-1 5 7-5z" fill="#5865f2"/><circle cx="8.5" cy="11" r="2" fill="#fff"/><circle cx="15.5" cy="11" r="2" fill="#fff"/></svg>'
