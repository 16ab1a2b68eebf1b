import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '#test/browser.ts'
import { DashboardPerson } from './dashboard-person.ts'
import { PlaygroundPerson } from './playground-person.ts'
import { dataFolder, startProduct } from './product.ts'
import type { Product } from './product.ts'

const wide = { width: 1280, height: 800 }
const narrow = { width: 360, height: 740 }

let folder: Awaited<ReturnType<typeof dataFolder>>
let product: Product
let browser: Browser
let page: Page

beforeAll(async () => {
  folder = await dataFolder()
  ;[product, browser] = await Promise.all([startProduct(folder.path), launchBrowser()])
  page = (await DashboardPerson.signIn(browser, product.url, 'maintainer')).page
})

afterAll(async () => {
  await browser.close()
  await product.stop()
  await folder.remove()
})

test('a row that loads is as high as the row that comes, on a wide and on a small screen', async () => {
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>()
  await page.route('**/workspaces/home/issues*', async (route) => {
    await mayAnswer
    await route.continue()
  })
  await page.goto(`${product.url}/w/home`)
  await page.getByText('Loading issues…').waitFor()
  await page.getByRole('button', { name: 'New issue' }).waitFor()
  const loading = await heights(page, 'tbody tr:first-child')

  answer()
  const title = 'Dark theme forgets itself after a restart'
  await page.getByRole('link', { name: title }).waitFor()

  expect(await heights(page, `tr:has-text("${title}")`)).toEqual(loading)
}, 30_000)

test('a small screen shows an issue’s title, then its facts, then its description', async () => {
  await page.setViewportSize(narrow)
  await page.goto(`${product.url}/w/home/issues/5`)

  const title = await top(page.getByRole('heading', { name: 'The coffee machine replies 418' }))
  const facts = await top(page.getByRole('complementary', { name: 'About this issue' }))
  const description = await top(page.getByText('According to RFC 2324'))

  expect([title, facts, description]).toEqual([title, facts, description].toSorted((a, b) => a - b))
}, 30_000)

test('who files from Discord without an account is marked as a guest, in the list and in the issue', async () => {
  const chat = await PlaygroundPerson.arrive(browser, product.url, 'stranger')
  await chat.uses('issue create')
  await chat.fillsIn({ Title: 'The sun is late', Description: 'By eight minutes.' })
  await chat.message('The sun is late').waitFor()
  await page.setViewportSize(wide)
  await page.goto(`${product.url}/w/home`)

  await page.getByRole('row', { name: 'The sun is late' }).getByText('guest', { exact: true }).waitFor()
  expect(await page.getByText('guest', { exact: true }).count()).toBe(1)

  await page.getByRole('link', { name: 'The sun is late' }).click()
  await page.getByRole('dialog').getByText('guest', { exact: true }).waitFor()
}, 30_000)

test('the description of the API follows the system’s dark mode', async () => {
  const reader = await browser.newPage({ colorScheme: 'dark' })
  const refused: string[] = []
  reader.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
  await reader.goto(`${product.url}/api/docs`)
  await reader.getByText('/api/v1/me').waitFor()

  const dark = await background(reader)
  await reader.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => background(reader)).not.toBe(dark)
  await reader.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => background(reader)).toBe(dark)
  expect(refused).toEqual([])
}, 30_000)

/** Of the first that fits, on a wide and on a small screen. */
async function heights(where: Page, selector: string): Promise<number[]> {
  const found: number[] = []
  for (const size of [wide, narrow]) {
    await where.setViewportSize(size)
    found.push((await box(where.locator(selector).first())).height)
  }
  return found
}

async function top(of: Locator): Promise<number> {
  return (await box(of)).y
}

async function box(of: Locator) {
  await of.waitFor()
  const found = await of.boundingBox()
  if (found === null) throw new Error(`${of.toString()} is not to be seen.`)
  return found
}

function background(of: Page): Promise<string> {
  return of.evaluate('getComputedStyle(document.documentElement).backgroundColor')
}
