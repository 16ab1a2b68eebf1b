import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '#test/browser.ts'
import { DashboardPerson } from '#test/e2e/dashboard-person.ts'
import { PlaygroundPerson } from '#test/e2e/playground-person.ts'
import { dataFolder, startProduct } from '#test/e2e/product.ts'

/** `npm run screenshots [folder]`: pictures of the running product; those of the README without a folder. */
const folder = process.argv[2] ?? import.meta.dirname
const looks = process.argv[2] === undefined ? readmeLooks() : everyLook()

interface Look {
  name: string
  colorScheme: 'light' | 'dark'
  width: number
}

function readmeLooks(): Look[] {
  return [{ name: '', colorScheme: 'light', width: 1100 }]
}

function everyLook(): Look[] {
  return (['light', 'dark'] as const).flatMap((colorScheme) =>
    [1280, 360].map((width) => ({ name: `-${colorScheme}-${width}`, colorScheme, width })),
  )
}

async function shoot(page: Page, name: string, { colorScheme, width }: Look): Promise<void> {
  await page.mouse.move(0, 0)
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.setViewportSize({ width, height: 800 })
  // Pictures and fonts settle after a change of size.
  await page.waitForTimeout(600)
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

async function playground(browser: Browser, url: string): Promise<void> {
  const robin = await PlaygroundPerson.arrive(browser, url, 'reporter')
  await robin.uses('issue create')
  await robin.fillsIn({
    Title: 'The moon is upside down',
    Description: 'Seen from Australia.\n\nTurning the telescope helps, but my neighbours look at me.',
  })
  await robin.message('The moon is upside down').waitFor()
  await robin.uses('whoami')
  await robin.message('guest').waitFor()
  for (const look of looks) await shoot(robin.page, `playground${look.name}`, look)
}

async function dashboard(browser: Browser, url: string): Promise<void> {
  const mara = await DashboardPerson.signIn(browser, url, 'maintainer')
  const title = mara.page.getByRole('link', { name: 'The moon is upside down' })
  await title.waitFor()
  for (const look of looks) await shoot(mara.page, `dashboard${look.name}`, look)
  if (process.argv[2] === undefined) return
  await title.click()
  await mara.page.getByText('Seen from Australia.').waitFor()
  for (const look of looks) await shoot(mara.page, `issue${look.name}`, look)
  await mara.page.getByRole('button', { name: 'Edit' }).click()
  await mara.page.getByLabel('Title').waitFor()
  for (const look of looks) await shoot(mara.page, `edit${look.name}`, look)
  for (const [name, path] of [
    ['link', '/link/discord'],
    ['settings', '/w/home/settings'],
    ['empty', '/w/home?status=done&label=feature'],
    ['missing', '/nowhere'],
    ['no-issue', '/w/home/issues/999'],
  ] as const) {
    await mara.page.goto(`${url}${path}`)
    await mara.page.waitForTimeout(1500)
    for (const look of looks) await shoot(mara.page, `${name}${look.name}`, look)
  }
}

async function signIn(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage()
  await page.goto(url)
  await page.getByLabel('Email address').waitFor()
  for (const look of looks) await shoot(page, `sign-in${look.name}`, look)
}

const data = await dataFolder()
const product = await startProduct(data.path)
const browser = await launchBrowser()
try {
  await playground(browser, product.url)
  await dashboard(browser, product.url)
  if (process.argv[2] !== undefined) await signIn(browser, product.url)
} finally {
  await browser.close()
  await product.stop()
  await data.remove()
}
