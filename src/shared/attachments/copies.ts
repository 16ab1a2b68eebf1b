import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { attachFile } from './operations.ts'
import type { AttachFile, Attachment } from './schema.ts'

/** Where Discord keeps what was posted. Source: Discord's developer documentation, “Image Formatting” and “CDN”. */
export const discordOrigins: readonly string[] = [
  'https://cdn.discordapp.com',
  'https://media.discordapp.net',
]

/** Ten megabytes over a slow line; whoever waits for it has been answered already. */
const timeoutMs = 30_000

/**
 * Attaches what was posted in Discord, whose own addresses end after a day. Fetches from `origins` only and follows no
 * redirect: the address may come from anybody. Throws `invalid` for another address, `unavailable` when it does not
 * answer, and what `attachFile` throws.
 */
export async function copyAttachment(
  ctx: Context,
  { url, ...input }: AttachFile & { url: string },
  origins: readonly string[] = discordOrigins,
): Promise<Attachment> {
  if (!URL.canParse(url) || !origins.includes(new URL(url).origin)) {
    throw new AppError('invalid', 'Only files that were posted in Discord can be copied.')
  }
  const { body } = await fetched(url)
  return attachFile(ctx, input, body)
}

async function fetched(url: string): Promise<{ body: AsyncIterable<Uint8Array> }> {
  let response: Response
  try {
    response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    throw notThere(error)
  }
  if (response.ok && response.body !== null) return { body: pieces(response.body) }
  await response.body?.cancel()
  throw notThere(`Discord answered ${response.status}`)
}

/** What breaks off in the middle is Discord's doing, too. */
async function* pieces(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await reader.next().catch((error: unknown) => {
        throw notThere(error)
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await reader.return?.()
  }
}

function notThere(cause: unknown): AppError {
  return new AppError('unavailable', 'The file cannot be fetched from Discord. Send it once more.', {
    retryAfterSeconds: 30,
    cause,
  })
}
