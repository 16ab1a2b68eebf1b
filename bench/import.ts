import { pino } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { openDatabase } from '#shared/db/database.ts'
import type { Context, Tracker } from '#shared/context.ts'
import { createImporter } from '#shared/imports/importer.ts'
import { takeImport } from '#shared/imports/take.ts'
import { openBenchDatabase } from './database.ts'

export interface ImportFigures {
  issues: number
  comments: number
  /** Reading the file and putting what is in it where the worker finds it. */
  readSeconds: number
  /** Bringing it in. */
  workSeconds: number
  /** Of both together. */
  issuesPerSecond: number
  /** How much larger the process became while it worked, after its first tenth. */
  grownMegabytes: number
}

/** Imports that many issues, as GitHub gives them, half as many comments among them, into a new workspace. */
export async function measureImport(issues: number): Promise<ImportFigures> {
  await using database = await openBenchDatabase({ issues: 10, users: 10 })
  const db = openDatabase({ url: database.url, onIdleError: () => {} })
  try {
    const tracker = trackerOn(db)
    const ctx = await foundWorkspace(tracker)
    const memory = watchMemory()
    const begun = performance.now()
    const { id, workspaceId } = await send(ctx, issues)
    const read = performance.now()
    await createImporter(tracker)
      .jobs.find(({ name }) => name === 'imports.run')
      ?.run({})
    const done = performance.now()
    const { comments, state } = await db.prisma.import.findUniqueOrThrow({
      where: { workspaceId_id: { workspaceId, id } },
    })
    if (state !== 'done') throw new Error(`The import is ${state}.`)
    const seconds = (done - begun) / 1000
    return {
      issues,
      comments,
      readSeconds: (read - begun) / 1000,
      workSeconds: (done - read) / 1000,
      issuesPerSecond: issues / seconds,
      grownMegabytes: memory.end(),
    }
  } finally {
    await db.close()
  }
}

/** An import asks neither Clerk nor Discord of whoever has an account with neither, and has no files. */
function trackerOn(db: Tracker['db']): Tracker {
  const parts: Pick<Tracker, 'db' | 'clock' | 'newId' | 'log' | 'relay'> = {
    db,
    clock: () => new Date(),
    newId: uuidv7,
    log: pino({ level: 'error' }),
    relay: { wake: () => {} },
  }
  return parts as Tracker // the rest is not asked for, as said above
}

async function foundWorkspace(tracker: Tracker): Promise<Context> {
  const { prisma } = tracker.db
  const [userId, slug] = [tracker.newId(), 'imported']
  await prisma.user.create({ data: { id: userId, name: 'Importer' } })
  await prisma.workspace.create({
    data: {
      slug,
      key: 'IMP',
      name: slug,
      visibility: 'members',
      memberships: { create: { userId, role: 'admin' } },
    },
  })
  return { tracker, caller: { userId, door: 'api', guild: null }, place: { slug } }
}

async function send(ctx: Context, issues: number): Promise<{ id: string; workspaceId: number }> {
  const { id } = await takeImport(ctx, { format: 'github' }, fileOf(issues))
  const { workspaceId } = await ctx.tracker.db.prisma.import.findFirstOrThrow({ where: { id } })
  return { id, workspaceId }
}

const text = 'It asks me to "sign in" again, forever — größe und Maß.\n\n1. Open the page\n2. Look away\n'

/** The newest first, as GitHub lists them; made as it is read. */
async function* fileOf(issues: number): AsyncGenerator<Uint8Array> {
  for (let number = issues; number > 0; number -= 1) {
    const time = new Date(1_600_000_000_000 + number * 60_000).toISOString()
    const user = (of: number) => ({ id: 1000 + (of % 997), login: `person-${of % 997}` })
    const comment = {
      id: number,
      user: user(number * 7),
      body: `Same as #${(number % issues) + 1}.`,
      created_at: time,
    }
    yield Buffer.from(
      `${JSON.stringify({
        url: `https://api.github.com/repos/octo/app/issues/${number}`,
        number,
        title: `Login “loops” on browser number ${number}`,
        body: text.repeat(1 + (number % 8)),
        user: user(number),
        labels: number % 3 === 0 ? [] : [{ name: `label ${number % 12}`, color: 'd73a4a' }],
        state: number % 2 === 0 ? 'open' : 'closed',
        created_at: time,
        updated_at: time,
        comments: number % 2 === 0 ? [comment] : 0,
      })}\n`,
    )
  }
}

function watchMemory() {
  const begun = performance.now()
  let [first, most] = [0, 0]
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss())
    // What is loaded and compiled at the beginning is not what grows.
    if (performance.now() - begun < 2_000) first = most
  }
  const timer = setInterval(look, 100)
  return {
    end() {
      clearInterval(timer)
      look()
      return (most - first) / 1024 / 1024
    },
  }
}
