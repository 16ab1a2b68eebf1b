import { fileURLToPath } from 'node:url'
import { verifyToken } from '@clerk/backend'
import { Hono } from 'hono'
import type { Browser, Locator, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { launchBrowser } from '#test/browser.ts'
import { ada, discordAccounts, serveClerk, type ServedClerk } from './serve-clerk.ts'

/** A walk loads Clerk's megabytes several times; a busy machine needs a while for that. */
vi.setConfig({ testTimeout: 90_000 })
const STEP_TIMEOUT_MS = 20_000

const ONE_PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

let browser: Browser
let script: string

beforeAll(async () => {
  ;[browser, script] = await Promise.all([launchBrowser(), bundlePage()])
})
afterAll(() => browser.close())

test('a person signs in, connects and removes a Discord account, signs out, and signs in with Discord', async () => {
  const { page, problems } = await openPage()
  await signInWithPassword(page)
  await openProfile(page)

  await connectDiscord(page, 'Ada Lovelace')
  await connectedAccounts(page).getByText('• ada').waitFor()
  await removeDiscord(page)
  await connectedAccounts(page).getByText('• ada').waitFor({ state: 'detached' })
  await connectDiscord(page, 'Ada Lovelace')
  await connectedAccounts(page).getByText('• ada').waitFor()
  await page.getByRole('button', { name: 'Close modal' }).click()
  await signOut(page)
  await page.getByRole('button', { name: 'Continue with Discord' }).click()
  await page.getByRole('button', { name: 'Ada Lovelace' }).click()

  await page.getByText('Signed in as Ada').waitFor()
  expect(problems).toEqual([])
})

test('the page’s token is one the backend SDK accepts, for this origin', async () => {
  const { page, problems, clerk } = await openPage()
  await signInWithPassword(page)

  const token = await page.evaluate('Clerk.session.getToken({ skipCache: true })')

  const claims = await verifyToken(String(token), {
    jwtKey: clerk.jwtKey,
    authorizedParties: [clerk.origin],
  })
  expect(claims).toMatchObject({ azp: clerk.origin, iss: clerk.apiUrl, sub: expect.stringMatching(/^user_/) })
  expect(problems).toEqual([])
})

test('who signs in with a Discord account nobody has connected, or cancels, is told why', async () => {
  const { page, problems } = await openPage()

  await page.getByRole('button', { name: 'Continue with Discord' }).click()
  await page.getByRole('button', { name: 'grace<hopper>' }).click()
  await page.getByText('No account here has this Discord account.').waitFor()
  await page.getByRole('button', { name: 'Continue with Discord' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('You did not grant access to your account.').waitFor()

  expect(problems).toEqual([])
})

test('who cancels connecting is told so in the profile, and may try again', async () => {
  const { page, problems } = await openPage()
  await signInWithPassword(page)
  await openProfile(page)

  await connectDiscord(page, 'Cancel')
  await page.getByText('You did not grant access to your Discord account').waitFor()
  await connectDiscord(page, 'Ada Lovelace')

  await connectedAccounts(page).getByText('• ada').waitFor()
  expect(problems).toEqual([])
})

test('a profile’s picture, name and password are changed, and the other devices are signed out', async () => {
  const { page, problems, clerk } = await openPage()
  await signInWithPassword(page)
  const { sessionId } = await clerk.signIn(ada.email)
  await openProfile(page)

  await page.getByRole('button', { name: 'Update profile' }).click()
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'face.png', mimeType: 'image/png', buffer: ONE_PIXEL })
  await page.locator('img[src*="/pictures/"]').first().waitFor()
  await page.getByRole('button', { name: 'Update profile' }).click()
  await page.getByLabel('First name').fill('Augusta')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Augusta Lovelace').waitFor()
  await page.getByRole('button', { name: 'Security' }).click()
  await page.getByText('Desktop device').waitFor()
  await page.getByRole('button', { name: 'Update password' }).click()
  await page.getByLabel('Current password').fill(ada.password)
  await page.getByLabel('New password').fill('another password')
  await page.getByLabel('Confirm password').fill('another password')
  // What Clerk's form says of a field that is left moves the button away from under the pointer.
  await page.keyboard.press('Tab')
  await page.locator('.cl-formFieldSuccessText__confirmPassword').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Close modal' }).click()
  await signOut(page)
  await signInWithPassword(page, 'another password')

  await page.getByText('Signed in as Augusta').waitFor()
  const headers = { authorization: `Bearer ${clerk.secretKey}` }
  const other = await fetch(`${clerk.apiUrl}/v1/sessions/${sessionId}`, { headers })
  expect(await other.json()).toMatchObject({ status: 'revoked' })
  expect(problems).toEqual([])
})

test('who forgot the password, or wants another method, is offered Discord', async () => {
  const { page, problems, clerk } = await openPage()
  const { userId } = await clerk.signIn(ada.email)
  await clerk.connectDiscord(userId, discordAccounts.ada)
  await page.getByLabel('Email address').fill(ada.email)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await page.getByRole('button', { name: 'Continue with Discord' }).click()
  await page.getByRole('button', { name: 'Ada Lovelace' }).click()

  await page.getByText('Signed in as Ada').waitFor()
  expect(problems).toEqual([])
})

async function signInWithPassword(page: Page, password = ada.password): Promise<void> {
  await page.getByLabel('Email address').fill(ada.email)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByRole('button', { name: 'Open user menu' }).waitFor()
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open user menu' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
}

async function openProfile(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open user menu' }).click()
  await page.getByRole('button', { name: 'Manage account' }).click()
}

function connectedAccounts(page: Page): Locator {
  return page.locator('.cl-profileSection__connectedAccounts')
}

async function removeDiscord(page: Page): Promise<void> {
  await connectedAccounts(page).getByRole('menuitem', { name: 'Open menu' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
}

async function connectDiscord(page: Page, name: string): Promise<void> {
  await page.getByRole('menuitem', { name: 'Connect account' }).click()
  await page.getByRole('menuitem', { name: 'Discord' }).click()
  await page.getByRole('button', { name }).click()
}

async function serveWithPage(): Promise<ServedClerk> {
  return serveClerk({}, (clerk) =>
    new Hono()
      .get('/main.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }))
      .get('/favicon.ico', (c) => c.body(null, 204))
      .get('/', (c) =>
        c.html(
          `<!doctype html><html lang="en" data-publishable-key="${clerk.publishableKey}"><title>Page</title><div id="app"></div><script type="module" src="/main.js"></script></html>`,
        ),
      ),
  )
}

/** A fresh browser profile; `problems` collects what a developer would see in red, and every failed or foreign request. */
async function openPage() {
  const clerk = await serveWithPage()
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(clerk.origin) && !/^(data|blob):/.test(request.url())) {
      problems.push(`asked for ${request.url()}`)
    }
  })
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`)
  })
  page.setDefaultTimeout(STEP_TIMEOUT_MS)
  await page.goto(clerk.origin)
  return { clerk, page, problems }
}

async function bundlePage(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('clerk-page', import.meta.url)),
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      rolldownOptions: { input: fileURLToPath(new URL('clerk-page/main.js', import.meta.url)) },
    },
  })
  const outputs = Array.isArray(built)
    ? built.flatMap(({ output }) => output)
    : 'output' in built
      ? built.output
      : []
  const entry = outputs.find((output) => output.type === 'chunk' && output.isEntry)
  if (entry?.type !== 'chunk') throw new Error('Vite made no script.')
  return entry.code
}
