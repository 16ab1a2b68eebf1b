import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Hono } from 'hono'
import { etag } from 'hono/etag'
import { z } from 'zod'
import { notFound } from './errors.ts'
import type { Instance } from './instance.ts'

interface InstalledScripts {
  folder: string
  version: string
  files: Set<string>
}

const ICON_HOST = 'https://img.clerk.com/static/'

/**
 * Clerk's CDN: its real scripts, out of the installed packages. Only names found in the package's own folder are served, so no
 * path leads out of it. A version is a prefix (`6`) or exact (`6.40.0`), and must be the one installed.
 */
export function scripts(instance: Instance) {
  const packages = new Map(['clerk-js', 'ui'].map((name) => [name, installed(`@clerk/${name}`)]))

  return new Hono().get('/npm/@clerk/:package/dist/:file', etag(), async (c) => {
    const [name = '', version = ''] = c.req.param('package').split('@')
    const found = packages.get(name)
    const file = c.req.param('file')
    if (!found || !isVersion(found.version, version) || !found.files.has(file)) {
      throw notFound(`The local Clerk has no script ${c.req.path}`)
    }
    const source = await readFile(join(found.folder, file), 'utf8')
    return c.body(localized(source), 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': version === found.version ? 'public, max-age=31536000, immutable' : 'no-cache',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    })
  })

  /** Provider icons come from a server on the internet; the stand-in has its own. */
  function localized(source: string): string {
    return source.replaceAll(ICON_HOST, `${instance.url}/static/`)
  }
}

const PackageJson = z.object({ version: z.string() })

function installed(name: string): InstalledScripts {
  const folder = dirname(createRequire(import.meta.url).resolve(name))
  const { version } = PackageJson.parse(JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8')))
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => entry.name)
  return { folder, version, files: new Set(files) }
}

function isVersion(installedVersion: string, wanted: string): boolean {
  return wanted !== '' && (installedVersion === wanted || installedVersion.startsWith(`${wanted}.`))
}
