import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import packageJson from '../package.json' with { type: 'json' }

/** Root has no sandbox, containers often have none; and the browser is not to phone anywhere. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/**
 * Starts a headless Chromium: on Linux x64 the one that comes with the npm packages, elsewhere an installed Chrome or Chromium.
 * The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ args: ARGUMENTS, ...(await browserToLaunch()) })
}

async function browserToLaunch(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return installedBrowser()
  const folder = await unpackedChromium()
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      ...definedEnvironment(),
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  }
}

function installedBrowser(): LaunchOptions {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
  return executablePath === undefined ? { channel: 'chrome' } : { executablePath }
}

/**
 * The folder with Chromium and the libraries it needs, unpacked once for this user and version. Every worker may call this at the
 * same moment: each unpacks into a folder of its own, and the first one's becomes the folder, whole.
 */
async function unpackedChromium(): Promise<string> {
  const { uid } = userInfo()
  const version = packageJson.devDependencies['@sparticuz/chromium']
  const folder = join(tmpdir(), `snag-chromium-${version}-${uid}`)
  if (await belongsTo(folder, uid)) return folder
  const staging = await mkdtemp(`${folder}-`)
  try {
    await unpackInto(staging)
    await writeFile(join(staging, 'fonts/fonts.conf'), fontsConfiguration(folder))
    await rename(staging, folder)
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    if (!(await belongsTo(folder, uid))) throw error
  }
  return folder
}

/** A folder of that name made by somebody else is not ours to execute from. */
async function belongsTo(folder: string, uid: number): Promise<boolean> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (found && found.uid !== uid) throw new Error(`${folder} belongs to another user. Remove it.`)
  return found !== null
}

/** The package unpacks into the temporary folder of its process, and everything only where it believes itself on Lambda. */
async function unpackInto(folder: string): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const unpacking = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      'await (await import(process.argv[1])).default.executablePath()',
      entry,
    ],
    {
      env: { ...definedEnvironment(), TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const [exitCode] = await once(unpacking, 'exit')
  if (exitCode !== 0) throw new Error(`Unpacking Chromium failed with exit code ${exitCode}.`)
}

/** The package's own looks for its fonts where Lambda has them; without any font Chromium dies of the first password field. */
function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return Object.fromEntries(entries)
}
