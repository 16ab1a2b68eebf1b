import type { Browser, Locator, Page } from 'playwright-core'
import type { LocalAccount } from '#local/accounts.ts'

/** A local account in the playground, in a channel of the local server. */
export class PlaygroundPerson {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  static async arrive(browser: Browser, url: string, name: LocalAccount['name']): Promise<PlaygroundPerson> {
    const page = await browser.newPage()
    await page.goto(`${url}/playground/?as=${name}&guild=Snag+HQ&channel=bugs`)
    await page.getByText('Welcome to #bugs!').waitFor()
    return new PlaygroundPerson(page)
  }

  /** Types a command and sends it, with the value of the option it asks for first. */
  async uses(command: string, value?: string): Promise<void> {
    await this.page.keyboard.type(`/${command}`)
    await this.page.getByRole('option', { name: `/${command}` }).waitFor()
    await this.page.keyboard.press('Enter')
    if (value !== undefined) await this.page.keyboard.type(value)
    await this.page.getByRole('button', { name: 'Send' }).click()
  }

  /** Fills in the form that the bot opened. */
  async fillsIn(fields: Record<string, string>): Promise<void> {
    const form = this.page.getByRole('dialog')
    for (const [label, text] of Object.entries(fields)) await form.getByLabel(label).fill(text)
    await form.getByRole('button', { name: 'Submit' }).click()
    await form.waitFor({ state: 'detached' })
  }

  /** The newest message that says this. */
  message(text: string): Locator {
    return this.page.getByRole('log').getByRole('article').filter({ hasText: text }).last()
  }
}
