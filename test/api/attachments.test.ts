import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { attachFile } from '#shared/attachments/operations.ts'
import { orphansJob } from '#shared/attachments/orphans.ts'
import { attachDiscord } from '#shared/identity/merging.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { purgeJob } from '#shared/issues/purge.ts'
import { createIssue, deleteIssue } from '#shared/issues/operations.ts'
import { serveHttp } from '#api/server.ts'
import { attachedIn } from '#test/attached.ts'
import { relay } from '#test/live-stream.ts'
import { problem } from '#test/problems.ts'
import { serveS3 } from '#test/s3-server.ts'
import { world } from '#test/world.ts'
import type { Person, World, WorldOptions } from '#test/world.ts'

const path = '/api/v1/workspaces/home/issues/1/attachments'
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\nendobj\n', 'latin1')
const html = Buffer.from('<!doctype html><script>alert(document.domain)</script>')
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')

/** An issue by Robin. */
async function scene(options: WorldOptions = {}) {
  const here = await world(options)
  const robin = await here.person('Robin')
  await createIssue(robin.home, { title: 'Login loops on Safari' })
  return { ...here, robin }
}

const send = (person: Person, name: string, bytes: Uint8Array, to = path) =>
  person.api.post(`${to}${to.includes('?') ? '&' : '?'}name=${encodeURIComponent(name)}`, bytes, {
    'content-type': 'application/octet-stream',
  })

/** Attaches it, and answers its link. */
async function attached(person: Person, name: string, bytes: Uint8Array, to = path): Promise<string> {
  const answer = await send(person, name, bytes, to)
  expect(answer).toMatchObject({ status: 201 })
  return (answer.body as { url: string }).url // an Attachment: the client checks
}

/** Follows a link as a browser does: without a token. */
async function follow({ fetch }: Pick<World, 'fetch'>, url: string, init: RequestInit = {}) {
  const response = await fetch(new Request(`http://localhost:3000${url}`, init))
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

async function filesOnDisk(dataDir: string): Promise<string[]> {
  const found = await readdir(dataDir, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map(({ name }) => name)
}

test.each(['a folder', 'a bucket'])(
  'a picture is kept in %s, listed with a link, and shown',
  async (place) => {
    const s3 = place === 'a bucket' ? await serveS3() : null
    const here = await scene(s3 === null ? {} : { s3: s3.settings })
    const { robin } = here

    const answer = await send(robin, 'screenshot.png', png)
    expect(answer).toMatchObject({
      status: 201,
      body: {
        name: 'screenshot.png',
        contentType: 'image/png',
        bytes: png.byteLength,
        uploader: { id: robin.userId },
        commentId: null,
      },
    })
    expect((await robin.api.get(path)).body).toEqual({ data: [answer.body] })

    const { response, bytes } = await follow(here, (answer.body as { url: string }).url)
    expect(response.status).toBe(200)
    expect(bytes).toEqual(png)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.byteLength),
      'content-disposition': `inline; filename="screenshot.png"; filename*=UTF-8''screenshot.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': expect.stringMatching(/^private, max-age=[1-9]\d{1,2}, immutable$/),
      'accept-ranges': 'bytes',
    })
    expect(await filesOnDisk(here.dataDir), 'nothing is left behind').toHaveLength(s3 === null ? 1 : 0)
    if (s3 !== null) expect({ kept: s3.objects.size, refused: s3.refused }).toEqual({ kept: 1, refused: [] })
  },
)

test('what a file is, is told from its bytes, and only pictures and videos are shown in place', async () => {
  const here = await scene()
  const seen = async (name: string, bytes: Uint8Array) => {
    const { response } = await follow(here, await attached(here.robin, name, bytes))
    return [response.headers.get('content-type'), response.headers.get('content-disposition')?.split(';')[0]]
  }

  expect(await seen('page.png', html)).toEqual(['text/plain; charset=utf-8', 'attachment'])
  expect(await seen('picture.svg', svg)).toEqual(['text/plain; charset=utf-8', 'attachment'])
  expect(await seen('feed.xml', Buffer.concat([Buffer.from('<?xml version="1.0"?>'), svg]))).toEqual([
    'text/plain; charset=utf-8',
    'attachment',
  ])
  expect(await seen('server.log', Buffer.from('größe\n'))).toEqual([
    'text/plain; charset=utf-8',
    'attachment',
  ])
  expect(await seen('report.html', pdf)).toEqual(['application/pdf', 'attachment'])
  expect(await seen('shown.html', png)).toEqual(['image/png', 'inline'])
})

test('what is no kind of file that can be attached is refused, and nothing is kept of it', async () => {
  const { robin, dataDir } = await scene()
  const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(100)])

  for (const bytes of [program, Buffer.from([1, 2, 3, 0, 200]), Buffer.from('MZ\x90\0')])
    expect(await send(robin, 'screenshot.png', bytes)).toEqual(problem('invalid', /cannot be attached/))
  expect(await send(robin, 'screenshot.png', Buffer.alloc(0))).toEqual(problem('invalid', /empty/))
  expect(await filesOnDisk(dataDir)).toEqual([])
  expect((await robin.api.get(path)).body).toEqual({ data: [] })
})

test('a form is not a file, and is told so', async () => {
  const { robin } = await scene()
  const answer = await robin.api.post(`${path}?name=a.png`, png, {
    'content-type': 'multipart/form-data; boundary=x',
  })
  expect(answer).toEqual(problem('invalid', /--data-binary/))
})

test('a name is the last part of a path, and says nothing that is not seen', async () => {
  const { robin } = await scene()
  const kept = async (name: string) => ((await send(robin, name, png)).body as { name: string }).name

  expect(await kept('../../../etc/passwd')).toBe('passwd')
  expect(await kept(String.raw`C:\Users\robin\shot.png`)).toBe('shot.png')
  expect(await kept('..')).toBe('file')
  expect(await kept('a\0b\r\nSet-Cookie: x=1.png')).toBe('ab Set-Cookie_ x=1.png')
  expect(await kept('photo\u202Egnp.exe')).toBe('photognp.exe')
  expect(await kept('a"b<c>.png')).toBe('a_b_c_.png')
  expect(await kept('  .hidden. ')).toBe('hidden')
  expect(await kept(`${'ü'.repeat(400)}.png`)).toBe(`${'ü'.repeat(125)}.png`)
  expect(await robin.api.post(path, png, { 'content-type': 'image/png' })).toEqual(problem('invalid', /name/))
})

test('a name in any script reaches whoever saves the file, and no header is made of it', async () => {
  const here = await scene()
  const { response } = await follow(here, await attached(here.robin, `größe "'(日本).png`, png))

  expect(response.headers.get('content-disposition')).toBe(
    `inline; filename="gr__e _'(__).png"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20_%27%28%E6%97%A5%E6%9C%AC%29.png`,
  )
})

test('a file is at most 10 MB, also when its length is not said, over a real connection', async () => {
  const here = await scene()
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  const post = (megabytes: number, streamed: boolean) => {
    const piece = new Uint8Array(1_000_000).fill(65)
    const whole = Array.from({ length: megabytes }, () => piece)
    return fetch(`http://127.0.0.1:${server.port}${path}?name=big.log`, {
      method: 'POST',
      headers: { authorization: `Bearer ${here.robin.token({ azp: 'http://localhost:3000' })}` },
      body: streamed ? ReadableStream.from(whole) : new Blob(whole),
      ...(streamed ? { duplex: 'half' as const } : {}),
    })
  }
  try {
    expect((await post(10, false)).status).toBe(201)
    for (const streamed of [true, false]) {
      const refused = await post(11, streamed)
      expect(refused.status).toBe(413)
      expect(await refused.json()).toMatchObject({
        code: 'too_large',
        detail: expect.stringMatching(/10 MB/),
      })
    }
  } finally {
    await server.close()
  }
  expect(await filesOnDisk(here.dataDir)).toHaveLength(1)
})

test('an issue has at most 20 attachments, also when many come at once', async () => {
  const { robin, dataDir } = await scene()
  for (let at = 1; at <= 17; at++) await send(robin, `${at}.png`, png)

  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, at) => send(robin, `at once ${at}.png`, png)),
  )

  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201, 201, 201, 409, 409, 409,
  ])
  expect(answers).toContainEqual(problem('conflict', /at most 20 attachments/))
  expect(await filesOnDisk(dataDir), 'those refused at the end leave no file').toHaveLength(20)
})

test('the attachments of a workspace take at most 1 GB', async () => {
  const { robin, db } = await scene()
  await createIssue(robin.home, { title: 'Another one' })
  await attached(robin, 'large.png', png)
  await db.prisma.attachment.updateMany({ data: { bytes: 1_000_000_000 - png.byteLength } })

  await attached(robin, 'fits.png', png, '/api/v1/workspaces/home/issues/2/attachments')
  expect(await send(robin, 'too much.png', png)).toEqual(problem('conflict', /1 GB/))
})

test('a link is good for ten minutes, as long as nobody changes it', async () => {
  const here = await scene()
  const { robin } = here
  await robin.api.post('/api/v1/workspaces', { name: 'Moon base', slug: 'moon-base', key: 'MOON' })
  const url = new URL(await attached(robin, 'one.png', png), 'http://localhost:3000')
  const other = new URL(await attached(robin, 'two.png', png), 'http://localhost:3000')
  const changed = (change: (url: URL) => void) => {
    const copy = new URL(url)
    change(copy)
    return `${copy.pathname}${copy.search}`
  }
  const status = async (target: string) => (await follow(here, target)).response.status
  const expires = Number(url.searchParams.get('expires'))
  const signature = String(url.searchParams.get('signature'))

  expect(await status(changed(() => {}))).toBe(200)
  const attacks = {
    'a later end': changed(({ searchParams }) => searchParams.set('expires', String(expires + 600))),
    'the same end, written otherwise': changed(({ searchParams }) =>
      searchParams.set('expires', `0${expires}0`),
    ),
    'an end that is no number': changed(({ searchParams }) => searchParams.set('expires', 'Infinity')),
    'another attachment': changed((copy) => (copy.pathname = other.pathname)),
    'another workspace': changed(({ searchParams }) => searchParams.set('workspace', 'moon-base')),
    'no workspace': changed(({ searchParams }) => searchParams.delete('workspace')),
    'no signature': changed(({ searchParams }) => searchParams.delete('signature')),
    'an empty signature': changed(({ searchParams }) => searchParams.set('signature', '')),
    'part of the signature': changed(({ searchParams }) =>
      searchParams.set('signature', signature.slice(0, 20)),
    ),
    'another signature': changed(({ searchParams }) => searchParams.set('signature', 'A'.repeat(43))),
    'a path for an id': changed((copy) => (copy.pathname = '/api/attachments/..%2F..%2Fetc%2Fpasswd')),
    'an id with NUL': changed((copy) => (copy.pathname = '/api/attachments/%00')),
  }
  for (const [what, target] of Object.entries(attacks)) expect(await status(target), what).toBe(404)

  here.advance(expires * 1000 - Date.now() - 2_000)
  expect(await status(changed(() => {}))).toBe(200)
  here.advance(2_000)
  expect(await status(changed(() => {}))).toBe(404)
  expect(expires * 1000 - Date.now(), 'ten minutes at most').toBeLessThanOrEqual(600_000)
})

test('links of one while are the same, so that a browser finds what it has', async () => {
  const here = await scene()
  const url = await attached(here.robin, 'one.png', png)
  const { response } = await follow(here, url)
  const etag = String(response.headers.get('etag'))

  const again = await follow(here, url, { headers: { 'if-none-match': etag } })
  expect([again.response.status, again.bytes.byteLength]).toEqual([304, 0])
  expect((await follow(here, url, { headers: { 'if-none-match': '"other"' } })).response.status).toBe(200)
})

test('a part can be asked for, as videos are', async () => {
  const here = await scene()
  const url = await attached(here.robin, 'digits.txt', Buffer.from('0123456789'))
  const part = async (range: string, more: Record<string, string> = {}) => {
    const { response, bytes } = await follow(here, url, { headers: { range, ...more } })
    return [response.status, String(bytes), response.headers.get('content-range')]
  }

  expect(await part('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10'])
  expect(await part('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10'])
  expect(await part('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10'])
  expect(await part('bytes=0-99')).toEqual([206, '0123456789', 'bytes 0-9/10'])
  expect(await part('bytes=10-')).toEqual([416, '', 'bytes */10'])
  expect(await part('bytes=-0')).toEqual([416, '', 'bytes */10'])
  for (const range of ['bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-'])
    expect(await part(range), range).toEqual([200, '0123456789', null])
  expect(await part('bytes=2-4', { 'if-range': '"older"' })).toEqual([200, '0123456789', null])
  const head = await follow(here, url, { method: 'HEAD' })
  expect([head.response.headers.get('content-length'), head.bytes.byteLength]).toEqual(['10', 0])
})

test('only readers of the issue see what is attached, and only authors and admins take it away', async () => {
  const here = await scene()
  const { robin } = here
  const moon = '/api/v1/workspaces/moon-base'
  await robin.api.post('/api/v1/workspaces', { name: 'Moon base', slug: 'moon-base', key: 'MOON' })
  await robin.api.post(`${moon}/issues`, { title: 'Airlock' })
  const inMoon = `${moon}/issues/1/attachments`
  await attached(robin, 'secret.png', png, inMoon)
  const { id } = await here.db.prisma.attachment.findFirstOrThrow({ select: { id: true } })
  const sam = await here.person('Sam')

  expect(await sam.api.get(inMoon)).toEqual(problem('not_found'))
  expect(await send(sam, 'mine.png', png, inMoon)).toEqual(problem('not_found'))
  expect(await sam.api.delete(`${inMoon}/${id}`)).toEqual(problem('not_found'))
  expect(await sam.api.delete(`${path}/${id}`), 'by an issue of another workspace').toEqual(
    problem('not_found'),
  )
  expect(await robin.api.delete(`${moon}/issues/2/attachments/${id}`)).toEqual(problem('not_found'))
  expect(await here.db.prisma.attachment.count()).toBe(1)
})

test('what is deleted opens nothing any more, and its bytes are gone', async () => {
  const here = await scene()
  const { robin } = here
  const url = await attached(robin, 'one.png', png)
  const id = new URL(url, 'http://localhost').pathname.split('/').at(-1)
  const sam = await here.person('Sam')

  expect(await sam.api.delete(`${path}/${id}`)).toEqual(problem('forbidden', /its author or an admin/))
  expect(await robin.api.delete(`${path}/${id}`)).toMatchObject({ status: 204 })
  expect(await robin.api.delete(`${path}/${id}`)).toEqual(problem('not_found'))
  expect((await follow(here, url)).response.status).toBe(404)
  expect((await robin.api.get(path)).body).toEqual({ data: [] })
  expect(await filesOnDisk(here.dataDir)).toEqual([])
  expect(await robin.api.get('/api/v1/workspaces/home/issues/1/history')).toMatchObject({
    body: {
      data: [
        { type: 'issue.created' },
        { type: 'attachment.added', changes: { name: { before: null, after: 'one.png' } } },
        { type: 'attachment.deleted', changes: { name: { before: 'one.png', after: null } } },
      ],
    },
  })
})

test('what belongs to something deleted or hidden is not served', async () => {
  const here = await scene()
  const { robin, db } = here
  const commentId = here.tracker.newId()
  const { id: workspaceId } = await db.prisma.workspace.findFirstOrThrow({ select: { id: true } })
  await db.prisma.comment.create({
    data: {
      workspaceId,
      id: commentId,
      issueNumber: 1,
      authorId: robin.userId,
      body: 'Here',
      createdAt: new Date(),
    },
  })
  const ofIssue = await attached(robin, 'issue.png', png)
  const ofComment = await attached(robin, 'comment.png', png, `${path}?commentId=${commentId}`)
  const seen = async () => {
    const { body } = await robin.api.get(path)
    const names = (body as { data?: { name: string }[] }).data?.map(({ name }) => name)
    const open = await Promise.all(
      [ofIssue, ofComment].map(async (url) => (await follow(here, url)).response.status),
    )
    return { names, open }
  }
  const comment = (data: { hiddenAt?: Date | null; deletedAt?: Date | null }) =>
    db.prisma.comment.updateMany({ data })
  const issue = (data: { hiddenAt?: Date | null; deletedAt?: Date | null }) =>
    db.prisma.issue.updateMany({ data })

  expect(await seen()).toEqual({ names: ['issue.png', 'comment.png'], open: [200, 200] })
  for (const what of ['hiddenAt', 'deletedAt'] as const) {
    await comment({ [what]: new Date() })
    expect(await seen(), `comment ${what}`).toEqual({ names: ['issue.png'], open: [200, 404] })
    await comment({ [what]: null })
    await issue({ [what]: new Date() })
    expect(await seen(), `issue ${what}`).toEqual({ names: undefined, open: [404, 404] })
    expect(await send(robin, 'late.png', png)).toEqual(problem('not_found'))
    await issue({ [what]: null })
  }
})

test("a file is added to one's own comment only", async () => {
  const { person, robin, db, tracker } = await scene()
  const sam = await person('Sam')
  const { id: workspaceId } = await db.prisma.workspace.findFirstOrThrow({ select: { id: true } })
  const commentId = tracker.newId()
  await db.prisma.comment.create({
    data: {
      workspaceId,
      id: commentId,
      issueNumber: 1,
      authorId: robin.userId,
      body: 'Here',
      createdAt: new Date(),
    },
  })

  expect(await send(sam, 'mine.png', png, `${path}?commentId=${commentId}`)).toEqual(problem('not_found'))
  expect(await send(robin, 'mine.png', png, `${path}?commentId=${commentId}`)).toMatchObject({
    status: 201,
    body: { commentId },
  })
})

test('what a guest attached is theirs once they are linked', async () => {
  const { robin, tracker, db } = await scene()
  const discordId = '100000000000000001'
  const uploaderId = await ensureDiscordUser(tracker, { discordId, name: 'Dave', imageUrl: null })
  const { id: workspaceId } = await db.prisma.workspace.findFirstOrThrow({ select: { id: true } })
  const id = await attachedIn(db, { workspaceId, issueNumber: 1, uploaderId })

  await db.transaction((tx) => attachDiscord(tx, { userId: robin.userId, discordId }))

  expect(await robin.api.get(path)).toMatchObject({
    body: { data: [{ id, uploader: { id: robin.userId } }] },
  })
  expect(await robin.api.delete(`${path}/${id}`)).toMatchObject({ status: 204 })
})

test('what belongs to nothing any more is removed, and what is new is left alone', async () => {
  const here = await scene()
  const { robin, tracker, db, dataDir } = here
  await createIssue(robin.home, { title: 'This one stays' })
  const staying = '/api/v1/workspaces/home/issues/2/attachments'
  await attached(robin, 'purged.png', png)
  await attached(robin, 'stays.png', png, staying)
  await deleteIssue(robin.home, { number: 1 })
  await orphansJob(tracker).run({})
  expect(await filesOnDisk(dataDir)).toHaveLength(2)

  here.advance(31 * 86_400_000)
  await purgeJob(tracker).run({})
  await orphansJob(tracker).run({})
  expect(await filesOnDisk(dataDir)).toHaveLength(1)
  expect(await db.prisma.attachment.findMany({ select: { name: true } })).toEqual([{ name: 'stays.png' }])
  expect((await follow(here, String(urlsOf(await robin.api.get(staying))[0]))).bytes).toEqual(png)

  here.advance(-31 * 86_400_000)
  await tracker.files.store.put('1/just-written', join(dataDir, 'attachments', await onlyFile(dataDir)), 1)
  await orphansJob(tracker).run({})
  expect(await filesOnDisk(dataDir), 'its row may still be coming').toHaveLength(2)
})

function urlsOf({ body }: { body: unknown }): string[] {
  return (body as { data: { url: string }[] }).data.map(({ url }) => url) // Attachments: the client checks
}

/** The path of the one file that is kept. */
async function onlyFile(dataDir: string): Promise<string> {
  const root = join(dataDir, 'attachments')
  const [file] = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  )
  if (file === undefined) throw new Error('There is no file.')
  return join(file.parentPath, file.name).slice(root.length + 1)
}

test('a storage that is down refuses the file, and says nothing of the rest', async () => {
  const s3 = await serveS3()
  const here = await scene({ s3: s3.settings })
  const url = await attached(here.robin, 'one.png', png)
  s3.breakDown()

  expect(await send(here.robin, 'two.png', png)).toEqual(
    problem('unavailable', /Attachments cannot be reached/),
  )
  expect((await follow(here, url)).response.status).toBe(503)
  expect(await here.robin.api.get('/api/v1/workspaces/home/issues/1')).toMatchObject({ status: 200 })
  expect(await here.db.prisma.attachment.count()).toBe(1)
})

test('of a file on a comment that was hidden or deleted, nobody is told its name', async () => {
  const here = await scene()
  const { robin, personWith, db } = here
  relay(here)
  const [tia, sam] = [await personWith('triager', 'Tia'), await personWith('member', 'Sam')]
  const comments = '/api/v1/workspaces/home/issues/1/comments'
  const seenBy = async ({ api }: Person) => {
    await vi.waitUntil(async () => (await db.prisma.event.count({ where: { position: null } })) === 0)
    const pages = await Promise.all([
      api.get('/api/v1/workspaces/home/events'),
      api.get('/api/v1/workspaces/home/issues/1/history'),
    ])
    return pages.map(({ body }) => JSON.stringify(body).includes('cheap-watches.png'))
  }
  const { body } = await robin.api.post(comments, { body: 'Look' })
  const { id } = body as { id: string } // a Comment: the client checks
  await attached(robin, 'cheap-watches.png', png, `${path}?commentId=${id}`)
  expect(await seenBy(sam)).toEqual([true, true])

  await tia.api.patch(`${comments}/${id}`, { hidden: true })
  expect(await seenBy(sam)).toEqual([false, false])
  await tia.api.patch(`${comments}/${id}`, { hidden: false })
  expect(await seenBy(sam)).toEqual([true, true])
  await robin.api.delete(`${comments}/${id}`)
  expect(await seenBy(sam)).toEqual([false, false])
})

test('nobody sends more than ten files at once, and who breaks off or ends sends on', async () => {
  const { robin, ...here } = await scene()
  const sam = await here.person('Sam')
  const slow = Array.from({ length: 10 }, () => slowly())
  const sending = slow.map(({ body }) => attachFile(robin.home, { number: 1, name: 'slow.txt' }, body))
  await Promise.all(slow.map(({ asked }) => asked))

  expect(await send(robin, 'one-more.txt', Buffer.from('text'))).toEqual(problem('too_many', /10 files/))
  expect(await send(sam, 'of-sam.txt', Buffer.from('text'))).toMatchObject({ status: 201 })

  slow[0]?.breakOff(new Error('The line broke'))
  for (const { finish } of slow.slice(1)) finish()
  const ended = await Promise.allSettled(sending)
  expect(ended.map(({ status }) => status)).toEqual(['rejected', ...Array(9).fill('fulfilled')])
  expect(await send(robin, 'one-more.txt', Buffer.from('text'))).toMatchObject({ status: 201 })
})

/** A file whose only piece comes when the test says so. */
function slowly() {
  const asked = Promise.withResolvers<void>()
  const piece = Promise.withResolvers<Uint8Array>()
  async function* body(): AsyncIterable<Uint8Array> {
    asked.resolve()
    yield await piece.promise
  }
  const finish = () => piece.resolve(Buffer.from('text'))
  return { body: body(), asked: asked.promise, finish, breakOff: piece.reject }
}
