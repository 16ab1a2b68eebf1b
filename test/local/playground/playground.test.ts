import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { playground } from '#local/discord/playground.ts'

async function built(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'playground-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Playground</title>')
  await writeFile(join(folder, 'assets', 'index-1a2b.js'), 'export {}')
  await writeFile(join(folder, '..', 'outside.txt'), 'not for everybody')
  return folder
}

test.each(['/playground', '/playground/', '/playground?as=reporter'])(
  'the page is served at %s',
  async (path) => {
    const response = await playground(await built()).request(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(await response.text()).toContain('<title>Playground</title>')
  },
)

test('the page may run only its own scripts, load only from this machine, and be framed by nobody', async () => {
  const { headers } = await playground(await built()).request('/playground')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'self'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('an asset may be kept for good, since its name changes with its content', async () => {
  const response = await playground(await built()).request('/playground/assets/index-1a2b.js')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/javascript/)
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test.each([
  '/playground/assets/gone.js',
  '/playground/assets/%2e%2e/%2e%2e/outside.txt',
  '/playground/other',
])('%s is not there, and is not kept', async (path) => {
  const response = await playground(await built()).request(path)
  expect(response.status).toBe(404)
  expect(response.headers.get('cache-control')).toBeNull()
})

test('a page that has not been built says how to build it', async () => {
  const response = await playground(join(tmpdir(), 'nothing-here')).request('/playground')
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('vite build src/local/discord/playground')
})
