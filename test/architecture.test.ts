import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

test('every path that ARCHITECTURE.md names is there', async () => {
  const text = await readFile('ARCHITECTURE.md', 'utf8')
  const inText = [...text.matchAll(/`((?:src|prisma|web|test|bench)\/[\w./-]*)`/g)].map(
    ([, path]) => path ?? '',
  )
  const inTree = [...text.matchAll(/^(\w+\/[\w./]*|src\/[\w./]*) {2,}/gm)].map(([, path]) => path ?? '')

  expect(inText.length + inTree.length).toBeGreaterThan(30)
  expect([...inText, ...inTree].filter((path) => !existsSync(path))).toEqual([])
})
