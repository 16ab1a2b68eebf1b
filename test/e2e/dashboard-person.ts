import type { Browser, Page } from 'playwright-core'
import { localAccounts } from '#local/accounts.ts'
import type { LocalAccount } from '#local/accounts.ts'
import { ApiClient } from '#test/api-client.ts'

/** A local account that signs in on the dashboard, as a person does. */
export class DashboardPerson {
  readonly page: Page
  readonly api: ApiClient
  readonly account: LocalAccount
  #token = ''

  constructor(page: Page, url: string, account: LocalAccount) {
    this.page = page
    this.account = account
    this.api = new ApiClient({
      fetch: (request) => fetch(new Request(request.url.replace('http://localhost:3000', url), request)),
      headers: () => ({ authorization: `Bearer ${this.#token}` }),
      check: () => {},
    })
  }

  static async signIn(browser: Browser, url: string, name: LocalAccount['name']): Promise<DashboardPerson> {
    const account = localAccounts.find((candidate) => candidate.name === name)
    if (account === undefined) throw new Error(`There is no local account ${name}.`)
    const context = await browser.newContext({ locale: 'en-US' })
    const page = await context.newPage()
    await page.goto(url)
    await page.getByLabel('Email address').fill(account.email)
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await page.getByLabel('Password', { exact: true }).fill(account.password)
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await page.getByRole('button', { name: 'Open user menu' }).waitFor()
    const person = new DashboardPerson(page, url, account)
    await person.refreshToken()
    return person
  }

  /** A session token as the page itself would send it; it lives for a minute. */
  async refreshToken(): Promise<void> {
    const token: unknown = await this.page.evaluate('window.Clerk.session.getToken()')
    if (typeof token !== 'string') throw new Error('Clerk gave no token.')
    this.#token = token
  }
}
