import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '#test/browser.ts'
import { playgroundWorld, type PlaygroundWorld } from '#test/local/playground/playground-world.ts'

const IN_GENERAL = 'guild=Workshop&channel=general'

let browser: Browser
let built: string

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'playground-'))
  const root = join(import.meta.dirname, '../../../src/local/discord/playground')
  const [launched] = await Promise.all([
    launchBrowser(),
    build({ root, logLevel: 'error', build: { outDir: built, emptyOutDir: true } }),
  ])
  browser = launched
})

afterAll(async () => {
  await browser.close()
  await rm(built, { recursive: true })
})

async function world(): Promise<PlaygroundWorld> {
  return playgroundWorld(browser, built)
}

/** Takes a command from the palette, as soon as it is offered. */
async function choose(page: Page, name: string): Promise<void> {
  await page.keyboard.type(`/${name}`)
  await page.getByRole('option', { name: `/${name}` }).waitFor()
  await page.keyboard.press('Enter')
}

/** Shows the card in general, to Ada. */
async function withCard(): Promise<PlaygroundWorld & { page: Page }> {
  const here = await world()
  const page = await here.open(`as=ada&${IN_GENERAL}`)
  await choose(page, 'card')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Edit' }).waitFor()
  return { ...here, page }
}

test('what one account writes, another reads at once', async () => {
  const here = await world()
  const ada = await here.open(`as=ada&${IN_GENERAL}`)
  const bob = await here.open(`as=bob&${IN_GENERAL}`)

  await ada.keyboard.type('Signing in **loops** for me')
  await ada.keyboard.press('Enter')

  await bob.getByRole('log').getByText('Signing in loops for me').waitFor()
  expect(await bob.getByRole('log').locator('strong').innerText()).toBe('loops')
})

test('what somebody writes never becomes markup of the page', async () => {
  const here = await world()
  const page = await here.open(`as=ada&${IN_GENERAL}`)

  await page.keyboard.type('<img src=x onerror=alert(1)> [press me](javascript:alert(1))')
  await page.keyboard.press('Enter')

  const article = page.getByRole('log').getByRole('article')
  await article.getByText('<img src=x onerror=alert(1)>').waitFor()
  expect(await article.locator('.markdown :is(img, a)').count()).toBe(0)
})

test('a slash lists the commands, and typing narrows them', async () => {
  const here = await world()
  const page = await here.open(`as=ada&${IN_GENERAL}`)
  const commands = page.getByRole('listbox', { name: 'Commands' }).getByRole('option')

  await page.keyboard.type('/')
  await expect.poll(() => commands.count()).toBe(5)
  await page.keyboard.type('issue v')

  await expect.poll(() => commands.allInnerTexts()).toEqual([expect.stringContaining('/issue view')])
})

test('a command asks for what it requires, and arrives as it was filled in', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)

  await choose(page, 'issue create')
  await page.keyboard.press('Enter')
  await page.getByText('This option is required. Specify a value.').waitFor()
  expect(here.got).toEqual([])

  await page.keyboard.type('Login loops')
  await page.keyboard.press('Tab')
  await page.getByRole('option', { name: 'label' }).click()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')

  await page.getByText('Filed SNAG-1').waitFor()
  expect(here.got).toEqual(['command issue create title=Login loops label=feature'])
})

test('a command that requires nothing is sent by Enter, and an option is added by choosing it', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)

  await choose(page, 'note')
  await page.getByText('Pick one, or press Enter to send').waitFor()
  expect(await page.getByRole('option', { selected: true }).count()).toBe(0)
  await page.keyboard.press('Enter')
  await expect.poll(() => here.got).toEqual(['command note'])

  await choose(page, 'note')
  await page.keyboard.press('ArrowUp')
  await page.getByText('Press Enter to pick').waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.type('bug')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Login loops')
  await page.keyboard.press('Enter')

  await expect.poll(() => here.got.at(-1)).toBe('command note title=Login loops label=bug')
})

test('typing after the options narrows those that are left, and Enter picks the one that fits', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)
  await choose(page, 'issue create')
  await page.keyboard.type('Login loops')
  await page.keyboard.press('Tab')
  const end = page.getByRole('combobox', { name: 'Add an option, or press Enter to send' })

  await page.keyboard.type('LAB')
  expect(await end.inputValue()).toBe('LAB')
  expect(await page.getByRole('option').allInnerTexts()).toEqual([expect.stringContaining('label')])
  await page.keyboard.press('Enter')
  await page.keyboard.type('wish')
  await page.keyboard.press('Enter')
  expect(await end.inputValue()).toBe('')
  await page.keyboard.press('Enter')

  await page.getByText('Filed SNAG-1').waitFor()
  expect(here.got).toEqual(['command issue create title=Login loops label=feature'])
})

test('a command is not sent while words stand after its options that name none of them', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)
  await choose(page, 'issue create')
  await page.keyboard.type('Login loops')
  await page.keyboard.press('Tab')

  await page.keyboard.type('zeal')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('There is no such option. Delete it to send the command.').waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  expect(await page.getByRole('form', { name: '/issue create' }).count()).toBe(1)
  expect(here.got).toEqual([])

  for (const _letter of 'zeal') await page.keyboard.press('Backspace')
  await page.keyboard.press('Enter')

  await page.getByText('Filed SNAG-1').waitFor()
  expect(here.got).toEqual(['command issue create title=Login loops'])
})

test('a person is picked by name and sent by id', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)

  await choose(page, 'issue create')
  await page.keyboard.type('Login loops')
  await page.getByRole('button', { name: '+2 optional' }).click()
  await page.getByRole('option', { name: 'assignee' }).click()
  await page.keyboard.type('ad')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')

  await page.getByText('Filed SNAG-1').waitFor()
  const ada = here.discord.findUser('ada').id
  expect(here.got).toEqual([`command issue create title=Login loops assignee=${ada}`])
})

test('the bot suggests values while one is typed', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)

  await choose(page, 'issue view')
  await page.keyboard.type('log')
  await page.getByRole('option', { name: '#12 Login loops (log)' }).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')

  await page.getByText('Filed SNAG-1').waitFor()
  expect(here.got.at(-1)).toBe('command issue view number=12')
})

test('an ephemeral answer is seen by one account, until it is dismissed', async () => {
  const here = await world()
  const bob = await here.open(`as=bob&${IN_GENERAL}`)
  const ada = await here.open(`as=ada&${IN_GENERAL}`)

  await choose(bob, 'issue create')
  await bob.keyboard.type('Login loops')
  await bob.keyboard.press('Enter')
  const answer = bob.getByRole('article', { name: 'Snag' })
  await answer.getByText('Only you can see this').waitFor()
  expect(await answer.innerText()).toMatch(/Bob\s+used\s+issue create/)
  expect(await ada.getByRole('article').count()).toBe(0)

  await bob.getByRole('button', { name: 'Dismiss message' }).click()
  await expect.poll(() => bob.getByRole('article').count()).toBe(0)
  await bob.reload()
  await bob.getByText('Welcome to #general!').waitFor()
  expect(await bob.getByRole('article').count()).toBe(0)
})

test('a button changes its message in place and keeps the focus', async () => {
  const { page, got } = await withCard()

  await page.getByRole('button', { name: 'Close' }).focus()
  await page.keyboard.press('Enter')

  const reopen = page.getByRole('button', { name: 'Reopen' })
  await reopen.waitFor()
  expect(await page.locator(':focus').innerText()).toBe('Reopen')
  expect(got.at(-1)).toBe('button close')
})

test('a modal refuses what does not fit, and is handed in whole', async () => {
  const { page, got } = await withCard()
  await page.getByRole('button', { name: 'Edit' }).click()
  const modal = page.getByRole('dialog', { name: 'Edit SNAG-12' })

  await modal.getByLabel('Title').fill('ab')
  await modal.getByRole('button', { name: 'Submit' }).click()
  await modal.getByText('Must be at least 3 in length.').waitFor()
  await modal.getByText('This field is required').waitFor()

  await modal.getByLabel('Title').fill('Login loops on Safari')
  await modal.getByRole('button', { name: 'Labels' }).click()
  await page.getByRole('option', { name: 'bug' }).click()
  await page.getByRole('option', { name: 'feature' }).click()
  await page.keyboard.press('Escape')
  await modal.getByRole('button', { name: 'Submit' }).click()

  await page.getByText('Edited', { exact: true }).waitFor()
  expect(await modal.count()).toBe(0)
  await page.keyboard.type('Next')
  expect(await page.getByRole('combobox', { name: /^Message #general/ }).inputValue()).toBe('Next')
  expect(got.at(-1)).toBe('modal Login loops on Safari / bug,feature')
})

test('a select menu is worked with the keyboard alone', async () => {
  const { page, got } = await withCard()

  await page.getByRole('button', { name: 'Change the status' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: 'Todo' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')

  await expect.poll(() => got.at(-1)).toBe('select done')
  expect(await page.getByRole('button', { name: 'Change the status' }).innerText()).toBe('Done')
})

test('a command nobody answers says so after three seconds, and can be dismissed', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)

  await choose(page, 'silence')
  await page.keyboard.press('Enter')
  await page.getByText('Snag is thinking…').waitFor()
  await page.getByText('The application did not respond').waitFor()

  await page.getByRole('button', { name: 'Dismiss message' }).click()
  await expect.poll(() => page.getByRole('article').count()).toBe(0)
})

test('the page says when the bot goes away', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)
  await page.getByRole('complementary', { name: 'Members' }).getByText('Snag', { exact: true }).waitFor()
  expect(await page.getByText('Snag is offline').count()).toBe(0)

  await here.disconnect()

  await page.getByText('Snag is offline').waitFor()
})

test('switching the account keeps the channel, in the address too', async () => {
  const here = await world()
  const page = await here.open('as=ada&guild=Workshop&channel=issues')

  await page.getByRole('button', { name: 'You are Ada. Switch account' }).click()
  await page.getByRole('menuitemradio', { name: /Bob/ }).click()

  await page.getByRole('button', { name: 'You are Bob. Switch account' }).waitFor()
  await page.getByRole('heading', { name: 'issues', exact: true }).waitFor()
  expect(new URL(page.url()).searchParams.get('as')).toBe('bob')
})

test('an account can write to the bot in direct messages', async () => {
  const here = await world()
  const page = await here.open(`as=bob&${IN_GENERAL}`)

  await page.getByRole('button', { name: 'Direct messages' }).click()
  await page.getByRole('button', { name: 'Message Snag' }).click()
  await page.getByText('This is the beginning of your direct messages with Snag.').waitFor()
  await page.keyboard.type('Hello')
  await page.keyboard.press('Enter')

  await page.getByRole('log').getByText('Hello', { exact: true }).waitFor()
})

test('everything fits on a narrow screen, and the channels are in a drawer', async () => {
  const here = await world()
  const page = await here.open(`as=ada&${IN_GENERAL}`, { viewport: { width: 360, height: 740 } })
  await choose(page, 'card')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Edit' }).waitFor()
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect(overflow).toBe(0)

  await page.getByRole('button', { name: 'Servers and channels' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'issues' }).click()

  await page.getByRole('heading', { name: 'issues', exact: true }).waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
})

test('the theme follows the system until one is chosen', async () => {
  const here = await world()
  const page = await here.open(`as=ada&${IN_GENERAL}`, { colorScheme: 'light' })
  const theme = () => page.locator('html').getAttribute('data-theme')
  expect(await theme()).toBe('light')

  await page.getByRole('button', { name: 'Switch to the dark theme' }).click()
  await page.reload()

  await expect.poll(theme).toBe('dark')
})
