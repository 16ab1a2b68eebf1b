import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { Environment } from '#shared/environment.ts'

const text = await readFile('README.md', 'utf8')

/** The blocks of this language, in their order. */
function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, block]) => block ?? '',
  )
}

test('every file that the README links to is there', () => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? '')

  expect(links).toContain('docs/queries.md')
  expect(links.filter((path) => !existsSync(path))).toEqual([])
})

test('every variable of ours is among the settings', () => {
  const ours = Object.keys(Environment.shape).filter((name) => name.startsWith('SNAG_'))

  expect(ours.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

test('every command of npm that the README names is there', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: object } // as npm has it
  const named = [...text.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, name]) => name ?? '')

  expect(named).toContain('snag')
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})

test(
  'the client in TypeScript compiles under the settings that are given for it',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snag-readme-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const settings = blocks('json').find((block) => block.includes('compilerOptions')) ?? ''
    await symlink(resolve('.'), join(folder, 'snag'))
    await symlink(resolve('node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(
      join(folder, 'tsconfig.json'),
      settings.replace(/\}\s*$/, ', "files": ["client.ts", "wrong.ts"] }'),
    )
    const client = blocks('ts')[0] ?? ''
    await writeFile(join(folder, 'client.ts'), client)
    await writeFile(join(folder, 'wrong.ts'), client.replace('title:', 'tittle:'))

    const tsc = promisify(execFile)(process.execPath, [
      resolve('node_modules/typescript/bin/tsc'),
      '-p',
      folder,
    ])
    const { stdout } = await tsc.catch((failure: { stdout: string }) => failure)

    const errors = stdout.split('\n').filter((line) => /^\S+: error|error TS/.test(line))
    expect(errors).toEqual([expect.stringMatching(/wrong\.ts.*tittle/)])
  },
)
