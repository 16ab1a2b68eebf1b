import { createMiddleware } from 'hono/factory'
import type { Context } from 'hono'
import { AppError } from '#shared/errors.ts'
import { takeUp, usedOtherwise } from '#shared/idempotency/requests.ts'
import type { Begun } from '#shared/idempotency/requests.ts'
import { assertLetIn } from '#shared/read.ts'
import { principalOf } from './authenticate.ts'
import { takesFile } from './body.ts'
import { contextOf } from './env.ts'
import type { ApiEnv } from './env.ts'
import { digestOfFile } from './file-body.ts'
import { answer } from './responses.ts'

const keyPattern = /^[\x21-\x7e]{1,255}$/
/** What of an answer's headers is about what was done. */
const repeated = ['content-type', 'etag', 'link', 'location']
const ofFiles = ['content-length', 'content-type', 'content-digest']
/** Refusals that say to try again, so that the next try must not get them from us. */
const passing = new Set([401, 429])

/**
 * Does what is sent with an `Idempotency-Key` once: the same again within a day gets the same answer, with
 * `Idempotency-Replayed`. Failures of ours are not kept. Stands behind authentication. Source:
 * draft-ietf-httpapi-idempotency-key-header-07; a key there is in quotes, which here belong to it.
 */
export const idempotent = createMiddleware<ApiEnv>(async (c, next) => {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return next()
  if (!keyPattern.test(key)) {
    const message = 'An Idempotency-Key has 1 to 255 visible characters of ASCII, such as a UUID.'
    throw new AppError('invalid', message, { problems: [{ path: 'Idempotency-Key', message }] })
  }
  const tracker = c.get('tracker')
  const caller = c.get('caller')
  const { pathname, search } = new URL(c.req.url)
  const taken = await takeUp(tracker, {
    userId: caller.userId,
    principal: principalOf(caller),
    key,
    method: c.req.method,
    address: `${pathname}${search}`,
    body: await bodyOf(c),
  })
  if ('status' in taken) {
    // What was asked before the caller's rights ended is not for them any more.
    await assertLetIn(contextOf(c, null))
    if (taken.fileDigest !== null && (await digestOfFile(c)) !== taken.fileDigest) throw usedOtherwise()
    return answer(c, taken.body, taken.status, { ...taken.headers, 'idempotency-replayed': 'true' })
  }
  c.set('alongside', taken.alongside)
  await next()
  await settle(c, taken)
})

/**
 * A file is taken in piece by piece, and is known beforehand only by what its headers say of it; what is in it is compared
 * when there is an answer to repeat.
 */
async function bodyOf(c: Context<ApiEnv>): Promise<Uint8Array> {
  if (!takesFile.test(c.req.path)) return new Uint8Array(await c.req.arrayBuffer())
  return Buffer.from(ofFiles.map((name) => c.req.header(name) ?? '').join('\n'))
}

/** What was done is done: when only this fails, the caller has their answer all the same. */
async function settle(c: Context<ApiEnv>, begun: Begun): Promise<void> {
  const { status, headers } = c.res
  const body = c.get('body')
  try {
    if (status >= 500 || passing.has(status)) return await begun.letGo()
    // A stream is not kept.
    if (body === undefined) return
    const kept = repeated.flatMap((name): [string, string][] => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value]]
    })
    const fileDigest = c.get('fileDigest') ?? null
    await begun.keep({ status, headers: Object.fromEntries(kept), body, fileDigest })
  } catch (error) {
    c.get('tracker').log.warn(
      { err: error, requestId: c.get('requestId') },
      'What came of an Idempotency-Key could not be recorded',
    )
  }
}
