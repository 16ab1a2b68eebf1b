import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { dataFolder, startProduct } from './product.ts'

const root = join(import.meta.dirname, '../..')
const shipped = ['web/dist/index.html', 'src/local/discord/playground/dist/index.html']

test('developing serves pages of its own, and leaves alone those that a start serves', async () => {
  const folder = await dataFolder()
  onTestFinished(() => folder.remove())
  const before = await timesOf(shipped)

  const product = await startProduct(folder.path, {}, 'src/local/dev.ts')
  onTestFinished(async () => void (await product.stop()))

  for (const path of ['/', '/playground/']) {
    const page = await (await fetch(product.url + path)).text()
    const script = /src="([^"]+\.js)"/.exec(page)?.[1]
    expect((await fetch(product.url + script)).status, path).toBe(200)
  }
  expect(await product.stop()).toBe(0)
  expect(await timesOf(shipped)).toEqual(before)
}, 60_000)

function timesOf(paths: string[]): Promise<number[]> {
  return Promise.all(paths.map(async (path) => (await stat(join(root, path))).mtimeMs))
}
