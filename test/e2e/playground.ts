import type { Browser, Locator, Page } from 'playwright-core'
import type { LocalAccount } from '#local/accounts.ts'

/** A local account with the playground open in a channel of the local server. */
export class PlaygroundPerson {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  static async open(browser: Browser, url: string, name: LocalAccount['name']): Promise<PlaygroundPerson> {
    const page = await browser.newPage()
    await page.goto(`${url}/playground/?as=${name}&guild=Snag+HQ&channel=bugs`)
    await page.getByRole('log').waitFor()
    return new PlaygroundPerson(page)
  }

  /** Uses a command without options, or with its first required one. */
  async uses(command: string, first?: string): Promise<void> {
    await this.page.keyboard.type(`/${command}`)
    await this.page.getByRole('option', { name: `/${command}` }).waitFor()
    await this.page.keyboard.press('Enter')
    if (first !== undefined) await this.page.keyboard.type(first)
    await this.page.keyboard.press('Enter')
  }

  /** The newest message that says this. */
  message(text: string): Locator {
    return this.page.getByRole('log').getByRole('article').filter({ hasText: text }).last()
  }
}
