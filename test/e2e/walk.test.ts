import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '#test/browser.ts'
import { DashboardPerson } from './dashboard-person.ts'
import { PlaygroundPerson } from './playground-person.ts'
import { dataFolder, startProduct } from './product.ts'
import type { Product } from './product.ts'

const title = 'The moon is upside down'

let folder: Awaited<ReturnType<typeof dataFolder>>
let product: Product
let browser: Browser

beforeAll(async () => {
  folder = await dataFolder()
  ;[product, browser] = await Promise.all([startProduct(folder.path), launchBrowser()])
})

afterAll(async () => {
  await browser.close()
  await product.stop()
  await folder.remove()
})

test('an issue filed in chat by a guest becomes theirs, is guarded at every door, and its history tells all', async () => {
  const { url } = product

  // Robin files it in the chat, still a guest.
  const robinInChat = await PlaygroundPerson.arrive(browser, url, 'reporter')
  await robinInChat.uses('issue create')
  await robinInChat.fillsIn({ Title: title, Description: 'Seen from Australia.' })
  const card = robinInChat.message(title)
  await card.getByText('by Robin Reporter').waitFor()
  const reference = /SNAG-(\d+)/.exec(await card.innerText())
  const issue = `/api/v1/workspaces/home/issues/${reference?.[1]}`

  // Mara sees it on the dashboard.
  const mara = await DashboardPerson.signIn(browser, url, 'maintainer')
  await mara.page.getByRole('link', { name: title }).waitFor()
  expect(await mara.api.get(issue)).toMatchObject({ status: 200, body: { author: { guest: true } } })

  // Robin signs in, connects Discord, and the issue is Robin's.
  const robin = await DashboardPerson.signIn(browser, url, 'reporter')
  await robin.page.goto(`${url}/link/discord`)
  await robin.page.getByRole('button', { name: 'Connect Discord' }).click()
  await robin.page.getByRole('button', { name: 'Robin Reporter' }).click()
  await robin.page.getByText('Your Discord account is linked').waitFor()
  await robin.refreshToken()
  expect(await robin.api.get(issue)).toMatchObject({
    body: { author: { account: robin.account.clerkId, guest: false } },
  })

  // Robin mends the title on the dashboard.
  await robin.page.goto(url)
  await robin.page.getByRole('link', { name: title }).click()
  await robin.page.getByRole('button', { name: 'Edit' }).click()
  await robin.page.getByLabel('Title').fill(`${title}!`)
  await robin.page.getByRole('button', { name: 'Save' }).click()
  await robin.page.getByRole('heading', { name: `${title}!` }).waitFor()

  // The card in the chat follows.
  await robinInChat.message(`${title}!`).waitFor()

  // Sam may not edit it, and is told why: in the chat, in the API, on the dashboard.
  const reason = 'Only its author or an admin may edit its title and description.'
  const samInChat = await PlaygroundPerson.arrive(browser, url, 'stranger')
  await samInChat.message(title).getByRole('button', { name: 'Edit' }).click()
  await samInChat.message(reason).waitFor()
  const sam = await DashboardPerson.signIn(browser, url, 'stranger')
  expect(await sam.api.patch(issue, { title: 'Mine now' })).toMatchObject({
    status: 403,
    body: { code: 'forbidden', detail: reason },
  })
  await sam.page.getByRole('link', { name: title }).click()
  await sam.page.getByText(reason).waitFor()
  expect(await sam.page.getByRole('button', { name: 'Edit' }).count()).toBe(0)

  // Mara closes it from the card.
  const maraInChat = await PlaygroundPerson.arrive(browser, url, 'maintainer')
  await maraInChat.message(title).getByRole('button', { name: 'Close' }).click()
  await maraInChat.message(title).getByRole('button', { name: 'Reopen' }).waitFor()

  // The history tells all of it, with the door of each step.
  await mara.refreshToken()
  expect(await mara.api.get(`${issue}/history`)).toMatchObject({
    body: {
      data: [
        { type: 'issue.created', door: 'discord', actor: { name: 'Robin Reporter' } },
        {
          type: 'issue.changed',
          door: 'web',
          actor: { name: 'Robin Reporter' },
          changes: { title: { before: title, after: `${title}!` } },
        },
        {
          type: 'issue.changed',
          door: 'discord',
          actor: { name: 'Mara Maintainer' },
          changes: { status: { before: 'backlog', after: 'done' } },
        },
      ],
    },
  })
}, 120_000)

test('who signs in with a Discord account nobody has connected, or cancels, is told why, and can go on', async () => {
  const page = await browser.newPage()
  await page.goto(product.url)

  await page.getByRole('button', { name: 'Continue with Discord' }).click()
  await page.getByRole('button', { name: 'Sam Stranger' }).click()
  await page.getByText('No account here has this Discord account.').waitFor()
  await page.getByRole('button', { name: 'Continue with Discord' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('You did not grant access to your account.').waitFor()
  await page.getByLabel('Email address').waitFor()
}, 60_000)
