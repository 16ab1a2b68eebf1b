import { expect, onTestFinished, test, vi } from 'vitest'
import { dataFolder, failToStart, startProduct } from './product.ts'

// Three starts take their time where other tests run beside them.
vi.setConfig({ testTimeout: 60_000 })

test('it stops when asked, and finds everything again at the next start', async () => {
  const folder = await dataFolder()
  onTestFinished(folder.remove)
  const first = await startProduct(folder.path)
  const accounts = await (await fetch(`${first.url}/__discord/client/accounts`)).json()
  const keys = await (await fetch(`${first.url}/__clerk/.well-known/jwks.json`)).json()

  expect(await first.stop()).toBe(0)
  expect(first.output().split('Once more to stop at once.')[1]?.trim(), 'nothing alarming is said').toBe('')
  const second = await startProduct(folder.path)
  onTestFinished(async () => {
    await second.stop()
  })

  expect(await (await fetch(`${second.url}/__discord/client/accounts`)).json()).toEqual(accounts)
  expect(await (await fetch(`${second.url}/__clerk/.well-known/jwks.json`)).json()).toEqual(keys)
  expect(second.output()).not.toContain('Registered the commands')
})

test('data of one Discord application are not opened with another', async () => {
  const folder = await dataFolder()
  onTestFinished(folder.remove)
  await (await startProduct(folder.path)).stop()

  const token = `${Buffer.from('123456789012345678').toString('base64')}.a.b`
  const { code, output } = await failToStart({ SNAG_DATA_DIR: folder.path, DISCORD_TOKEN: token })

  expect(code).toBe(1)
  expect(output).toContain('This database belongs to the Discord application')
})
