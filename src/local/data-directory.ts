import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { validate } from 'uuid'

/** What Snag keeps in its data directory; of names that others use as well, what their contents look like. */
const ours: Record<string, (contents: readonly string[]) => boolean> = {
  postgres: (contents) => contents.length === 0 || contents.includes('lock'),
  attachments: (contents) => contents.every((name) => /^snag-[\da-f]{16}$/.test(name)),
  incoming: (contents) => contents.every((name) => validate(name)),
  'clerk.json': () => true,
  '.clerk.json.tmp': () => true,
  'discord.json': () => true,
  '.discord.json.tmp': () => true,
  'discord.json.attachments': () => true,
  // macOS puts one wherever somebody looks.
  '.DS_Store': () => true,
}

/** Throws for a folder that holds anything Snag did not put there, with a sentence for people; an empty one, or none, is fine. */
export async function assertOurs(dataDir: string): Promise<void> {
  const folder = resolve(dataDir)
  const names = await contentsOf(folder)
  if (names === null) throw new Error(`${folder} is not a folder. Mend SNAG_DATA_DIR. Nothing was removed.`)
  for (const name of names) {
    const isOurs = Object.hasOwn(ours, name) ? ours[name] : undefined
    // Of a file, which has no contents, the name has to be enough.
    if (isOurs?.((await contentsOf(join(folder, name))) ?? []) === true) continue
    throw new Error(
      `${folder} holds “${name}”, which is not Snag's, so it may be no data directory. Nothing was removed. ` +
        'Mend SNAG_DATA_DIR, or if it is the right folder, move that away and try again.',
    )
  }
}

/** Null for a file; nothing where there is nothing. */
async function contentsOf(path: string): Promise<string[] | null> {
  try {
    return await readdir(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') return null
    throw error
  }
}
