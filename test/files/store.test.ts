import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clearSpool, spool } from '#shared/files/spool.ts'
import { openFileStore } from '#shared/files/store.ts'
import { serveS3 } from '#test/s3-server.ts'

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'snag-store-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

async function keysOf(store: Awaited<ReturnType<typeof openFileStore>>): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list()) keys.push(key)
  return keys.sort()
}

const places = {
  'a folder': async () => ({ dir: await folder(), s3: null }),
  'a bucket': async () => ({ dir: 'not-used', s3: (await serveS3()).settings }),
}

describe.each(Object.entries(places))('in %s', (_name, place) => {
  test('what is put can be opened, listed and removed', async () => {
    const store = await openFileStore({ ...(await place()), folder: 'ours' })
    const path = join(await folder(), 'file')
    await writeFile(path, 'a screenshot')
    for (const key of ['1/one', '1/two', '2/three']) await store.put(key, path, 12)

    const opened = await store.open('1/two')
    expect(opened === null ? null : String(await buffer(opened))).toBe('a screenshot')
    expect(await keysOf(store)).toEqual(['1/one', '1/two', '2/three'])

    await store.remove('1/two')
    await store.remove('1/two')
    expect(await store.open('1/two')).toBeNull()
    expect(await keysOf(store)).toEqual(['1/one', '2/three'])
  })

  test('nothing is there before the first file', async () => {
    const store = await openFileStore({ ...(await place()), folder: 'ours' })

    expect(await keysOf(store)).toEqual([])
    expect(await store.open('1/one')).toBeNull()
  })

  test('what another installation keeps beside is not ours', async () => {
    const where = await place()
    const ours = await openFileStore({ ...where, folder: 'ours' })
    const theirs = await openFileStore({ ...where, folder: 'theirs' })
    const path = join(await folder(), 'file')
    await writeFile(path, 'a screenshot')
    await theirs.put('1/one', path, 12)

    expect(await keysOf(ours)).toEqual([])
    expect(await ours.open('1/one')).toBeNull()
  })

  test('when a file was stored can be asked', async () => {
    const store = await openFileStore({ ...(await place()), folder: 'ours' })
    const path = join(await folder(), 'file')
    await writeFile(path, 'a screenshot')
    await store.put('1/one', path, 12)

    for await (const { modifiedAt } of store.list())
      expect(Math.abs((await modifiedAt()).getTime() - Date.now())).toBeLessThan(10_000)
  })
})

test('a bucket is asked with signed requests only, and never told what a browser would show', async () => {
  const s3 = await serveS3()
  const store = await openFileStore({ dir: 'not-used', s3: s3.settings, folder: 'ours' })
  const path = join(await folder(), 'file')
  await writeFile(path, '<script>')
  await store.put('1/one.html', path, 8)

  expect(s3.refused).toEqual([])
  expect([...s3.objects].map(([key, { contentType }]) => [key, contentType])).toEqual([
    ['ours/1/one.html', 'application/octet-stream'],
  ])
})

test('a bucket that is down is said to be so', async () => {
  const s3 = await serveS3()
  const store = await openFileStore({ dir: 'not-used', s3: s3.settings, folder: 'ours' })
  s3.breakDown()

  await expect(store.open('1/one')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(store.remove('1/one')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(keysOf(store)).rejects.toMatchObject({ code: 'unavailable' })
})

async function* pieces(...texts: (string | Uint8Array)[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield typeof text === 'string' ? Buffer.from(text) : text
}
const limits = { maxBytes: 10, headBytes: 4, tooLarge: 'It is too large.' }

test('what comes in is measured, and is text when all of it is', async () => {
  const dir = await folder()
  const [first, second] = [Buffer.from('größe').subarray(0, 3), Buffer.from('größe').subarray(3)]

  const text = await spool(dir, pieces(first, second), limits)
  expect(text).toMatchObject({ bytes: 7, isText: true })
  expect(text.head).toEqual(Buffer.from('größe').subarray(0, 4))
  expect(await spool(dir, pieces('abc', '\0'), limits)).toMatchObject({ isText: false })
  expect(await spool(dir, pieces(first), limits), 'ends within a character').toMatchObject({ isText: false })
  await text.remove()
  expect(await readdir(dir)).toHaveLength(2)
})

test('of what is too large or breaks off nothing is left', async () => {
  const dir = await folder()
  const broken = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from('abc')
    throw new Error('gone')
  }

  await expect(spool(dir, pieces('12345', '67890', '!'), limits)).rejects.toMatchObject({ code: 'too_large' })
  await expect(spool(dir, broken(), limits)).rejects.toThrow('gone')
  expect(await readdir(dir)).toEqual([])
})

test('what a killed process left behind is cleared, and what is coming in is not', async () => {
  const dir = await folder()
  await writeFile(join(dir, 'old'), '')
  await writeFile(join(dir, 'new'), '')
  const twoHoursAgo = new Date(Date.now() - 7_200_000)
  await utimes(join(dir, 'old'), twoHoursAgo, twoHoursAgo)

  await clearSpool(dir, new Date())

  expect(await readdir(dir)).toEqual(['new'])
  expect((await stat(dir)).isDirectory()).toBe(true)
})
