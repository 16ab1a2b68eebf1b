import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { serveHttp } from '#api/server.ts'
import { createImporter } from '#shared/imports/importer.ts'
import { workspaceOf } from '#test/imports/importing.ts'
import { origin, world } from '#test/world.ts'
import { runCommand } from '../../src/cli/program.ts'

const fixture = join(import.meta.dirname, '../imports/github.json')

/** What is otherwise in the shell: what comes through a pipe, how it sends, and variables. */
interface Changes {
  stdin?: string
  send?: typeof fetch
  SNAG_URL?: string
  SNAG_TOKEN?: string
}

/** A Snag that is listened to, whose worker looks after imports, and a shell in which somebody is its admin. */
async function scene() {
  const here = await world()
  const admin = await here.person('Maintainer')
  await workspaceOf(admin, 'octo')
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const importer = createImporter(here.tracker)
  const worker = setInterval(() => void importer.jobs[0]?.run({}), 50)
  onTestFinished(async () => {
    clearInterval(worker)
    await importer.stop()
  })
  const folder = await mkdtemp(join(tmpdir(), 'snag-cli-'))
  const env = {
    SNAG_URL: `http://127.0.0.1:${server.port}`,
    SNAG_TOKEN: admin.token({ azp: origin }),
  }

  async function snag(args: string[], { stdin = '', send = fetch, ...changes }: Changes = {}) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const code = await runCommand(args, {
      env: { ...env, ...changes },
      stdin: Readable.from([Buffer.from(stdin)]),
      stdout,
      stderr,
      fetch: send,
    })
    stdout.end()
    stderr.end()
    return { code, out: await text(stdout), err: await text(stderr) }
  }
  return { here, admin, env, folder, snag }
}

test('an import is sent, watched, and told of in lines where nobody looks at a screen', async () => {
  const { snag } = await scene()

  const { code, out, err } = await snag(['import', fixture, '-w', 'octo'])

  expect({ code, err }).toEqual({ code: 0, err: '' })
  const lines = out.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^Sending 100% \(\d+ of \d+\)$/)
  expect(lines[1]).toMatch(/^The file holds \d+ things\. The import is [\w-]{36}\.$/)
  expect(lines).toContain('Imported: 2 issues, 2 comments. Left out: 2. Changed to fit: 4.')
  expect(lines).toContain('  skipped pull request octo/app#13: Pull requests are not issues.')
})

test('what comes through a pipe is imported, and need not be waited for', async () => {
  const { here, snag } = await scene()

  const refused = await snag(['import', '-', '-w', 'octo', '--no-watch'], { stdin: 'title\nFrom a pipe\n' })
  expect(refused).toMatchObject({ code: 2, err: 'Say what the file is: --format snag, github, csv.\n' })
  const { code, out } = await snag(['import', '-', '-w', 'octo', '-f', 'csv', '--no-watch'], {
    stdin: 'title\nFrom a pipe\n',
  })

  expect(code).toBe(0)
  expect(out).toMatch(/^The file holds 1 thing\. The import is [\w-]{36}\.\n$/)
  expect(await here.db.prisma.import.count()).toBe(1)
})

test('an export goes into a pipe or a file, and comes back by an import', async () => {
  const { admin, folder, snag } = await scene()
  await admin.api.post('/api/v1/workspaces/octo/issues', { title: 'An issue' })
  await workspaceOf(admin, 'target')

  const piped = await snag(['export', '-w', 'octo'])
  expect(piped).toMatchObject({ code: 0, err: '' })
  expect(JSON.parse(piped.out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ kind: 'end' })
  const file = join(folder, 'octo.jsonl')
  expect(await snag(['export', '-w', 'octo', '-o', file])).toEqual({
    code: 0,
    out: '',
    err: `Wrote ${file}.\n`,
  })
  expect(await readdir(folder)).toEqual(['octo.jsonl'])

  expect(await snag(['import', file, '-w', 'target'])).toMatchObject({ code: 0 })
  expect((await admin.api.get('/api/v1/workspaces/target/issues')).body).toMatchObject({
    data: [{ title: 'An issue', author: { id: admin.userId } }],
  })
})

test('a file whose people are not believed is said to be one', async () => {
  const { admin, folder, snag } = await scene()
  await admin.api.post('/api/v1/workspaces/octo/issues', { title: 'An issue' })
  await workspaceOf(admin, 'target')
  const { out: exported } = await snag(['export', '-w', 'octo'])
  const [whole, changed] = [join(folder, 'whole.jsonl'), join(folder, 'changed.jsonl')]
  await writeFile(whole, exported)
  await writeFile(changed, exported.replace('An issue', 'Another one'))
  const said = 'People in it are not believed'

  expect((await snag(['import', whole, '-w', 'target', '--no-watch'])).out).not.toContain(said)
  expect((await snag(['import', changed, '-w', 'target', '--no-watch'])).out).toContain(said)
})

test('whoever may not import is told so before a file is sent', async () => {
  const { here, folder, snag } = await scene()
  const stranger = await here.person('Stranger')
  const sent: string[] = []
  const watching: typeof fetch = (input, init) => {
    sent.push(init?.method ?? 'GET')
    return fetch(input, init)
  }
  const file = join(folder, 'issues.csv')
  await writeFile(file, 'title\nAn issue\n')
  const refused = async (slug: string, changes: Changes = {}) =>
    (await snag(['import', file, '-w', slug], { send: watching, ...changes })).code

  expect(await refused('nowhere')).toBe(1)
  expect(await refused('home', { SNAG_TOKEN: stranger.token({ azp: origin }) })).toBe(3)
  expect(await refused('octo', { SNAG_TOKEN: 'nonsense' })).toBe(3)
  expect(sent).toEqual(['GET', 'GET', 'GET'])
})

test('what is refused is said in the words of the API, with a code that tells why', async () => {
  const { here, folder, snag } = await scene()
  const stranger = await here.person('Stranger')
  const broken = join(folder, 'broken.json')
  await writeFile(broken, '[{]')

  expect(await snag(['import', broken, '-w', 'octo'])).toMatchObject({
    code: 1,
    err: 'Line 1 is not JSON. Send the file as it was given to you.\n',
  })
  expect(await snag(['export', '-w', 'nowhere'])).toMatchObject({
    code: 1,
    err: 'There is no such workspace, or you cannot see it.\n',
  })
  const notAllowed = { SNAG_TOKEN: stranger.token({ azp: origin }) }
  expect(await snag(['export', '-w', 'home'], notAllowed)).toMatchObject({
    code: 3,
    err: 'Only an admin may export this workspace.\n',
  })
  expect(await snag(['export', '-w', 'home'], { SNAG_TOKEN: 'nonsense' })).toMatchObject({ code: 3 })
  expect(await snag(['export', '-w', 'home'], { SNAG_TOKEN: '' })).toMatchObject({
    code: 3,
    err: expect.stringContaining('SNAG_TOKEN is missing'),
  })
  expect(await snag(['import', join(folder, 'none.csv'), '-w', 'octo'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no file'),
  })
  expect(await snag(['import', fixture])).toMatchObject({ code: 2 })
  expect(await snag(['export', '-w', 'octo', '-f', 'xml'])).toMatchObject({ code: 2 })
})

test('a file that is refused at its beginning is not sent to its end, and the reason arrives', async () => {
  const { folder, snag } = await scene()
  const file = join(folder, 'large.json')
  await writeFile(file, `<html>${'x'.repeat(30_000_000)}`)

  expect(await snag(['import', file, '-w', 'octo'])).toMatchObject({
    code: 1,
    err: 'Line 1 is not JSON. Send the file as it was given to you.\n',
  })
})

/** Something at an address that is not Snag. */
async function somethingElse(
  answer: (end: (body?: string) => void, cut: () => void) => void,
): Promise<string> {
  const server = createServer((_request, response) => {
    answer(
      (body) => response.end(body),
      () => {
        response.write('{"kind":"snag"}\n', () => response.destroy())
      },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server's address, once it listens
}

test('nobody there, somebody else there, and an answer that breaks off are told apart', async () => {
  const { folder, snag } = await scene()
  const file = join(folder, 'half.jsonl')
  const gone = await somethingElse((end) => end('Hello'))
  const cutting = await somethingElse((_end, cut) => cut())

  expect(await snag(['export', '-w', 'octo'], { SNAG_URL: 'http://127.0.0.1:9' })).toMatchObject({
    code: 4,
    err: expect.stringContaining('Snag cannot be reached at http://127.0.0.1:9'),
  })
  expect(await snag(['import', fixture, '-w', 'octo'], { SNAG_URL: gone })).toMatchObject({
    code: 1,
    err: 'What answered is not the Snag that this command knows. Check SNAG_URL.\n',
  })
  expect(await snag(['export', '-w', 'octo', '-o', file], { SNAG_URL: cutting })).toMatchObject({
    code: 4,
    err: 'The export broke off before its end. Try again.\n',
  })
  expect(await readdir(folder), 'half a file is not left behind').toEqual([])
})

test('the program itself can be run, and says how to be called', async () => {
  const { env, folder } = await scene()
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/cli.ts'), ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    })
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    return { out, code: code as unknown }
  }

  const help = await run('--help')
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining('npm run -s snag') })
  expect(await run('export', '-w', 'octo', '-f', 'csv')).toMatchObject({
    code: 0,
    out: expect.stringContaining('number,title,description,status'),
  })
  expect(await run('import', fixture, '-w', 'octo', '--no-watch')).toMatchObject({ code: 0 })
})
