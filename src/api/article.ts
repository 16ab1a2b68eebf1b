import { z } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { Context as HonoContext } from 'hono'
import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { AppError } from '#shared/errors.ts'
import { getAccountProfile, getMe } from '#shared/identity/queries.ts'
import type { AccountProfile } from '#shared/identity/schema.ts'
import { parseInput } from '#shared/input.ts'
import { changeIssue, createIssue, deleteIssue } from '#shared/issues/operations.ts'
import { listIssues } from '#shared/issues/list.ts'
import { getIssue } from '#shared/issues/queries.ts'
import { Description, IssueNumber, IssueStatus, Title, pageSizes } from '#shared/issues/schema.ts'
import type { Issue } from '#shared/issues/schema.ts'
import { LabelName } from '#shared/labels/schema.ts'
import { homeSlug } from '#shared/workspaces/schema.ts'
import { bearer } from './authenticate.ts'
import { contextOf } from './env.ts'
import type { ApiEnv } from './env.ts'
import { idempotent } from './idempotent.ts'
import type { Admission } from './limits.ts'
import { sendJson } from './responses.ts'
import type { PlainHeaders } from './responses.ts'

/** The article knew four statuses; a canceled issue is shown as done. */
const ArticleStatus = IssueStatus.exclude(['canceled'])
const defaultLabel = 'bug'

/** `id` and `author` come back from the article's client; they are compared, never taken over. */
const Echo = { id: z.coerce.number().optional(), author: z.string().optional() }

const NewArticleIssue = z.strictObject({
  title: Title,
  description: Description.default(''),
  status: ArticleStatus.default('backlog'),
  label: LabelName.default(defaultLabel),
  ...Echo,
})

const ArticleChange = z.strictObject({
  title: Title.optional(),
  description: Description.optional(),
  status: ArticleStatus.optional(),
  label: LabelName.optional(),
  ...Echo,
})

interface Options {
  admit: Admission
  origins: string[]
}

/** Shows what fails in these routes as their clients know it, whoever refuses it. */
export const failuresAsArticle = createMiddleware<ApiEnv>(async (c, next) => {
  if (isOfArticle(c.req.path)) c.set('failureShape', (message) => ({ status: 'FAILED', message }))
  await next()
})

function isOfArticle(path: string): boolean {
  return /^\/api\/(issues?|user)(\/|$)/.test(path)
}

/** The routes this project began with, on *home*, for the clients they already have. */
export function article({ admit, origins }: Options): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.use(async (c, next) => {
    if (isOfArticle(c.req.path)) c.set('caller', await admit(c, tokenOf(c, origins), 'api'))
    await next()
  })

  // At this address alone: others below `/api` have their own, or nobody who was let in.
  app.on('POST', '/issue', idempotent)

  app.get('/issues', async (c) => {
    const cursor = c.req.query('cursor')
    const page = await listIssues(home(c), {
      limit: pageSizes.max,
      ...(cursor === undefined ? {} : { cursor }),
    })
    const { data, nextCursor } = page.value
    const link: PlainHeaders =
      nextCursor === null ? {} : { link: `</api/issues?cursor=${nextCursor}>; rel="next"` }
    return sendJson(c, data.map(articleIssue), 200, link)
  })

  app.get('/issue/:id', async (c) => {
    const issue = await getIssue(home(c), { number: idOf(c) })
    return sendJson(c, { status: 'SUCCESS', data: articleIssue(issue.value) })
  })

  app.post('/issue', async (c) => {
    const { id: _id, author, label, ...words } = parseInput(NewArticleIssue, await bodyOf(c))
    if (author !== undefined) await assertCaller(c, author)
    const issue = await createIssue(home(c), { ...words, labels: [label] })
    const message = 'The issue has been created.'
    return sendJson(c, { status: 'SUCCESS', message, data: articleIssue(issue) }, 201)
  })

  app.patch('/issue/:id', async (c) => {
    const { id, author, status, label, ...words } = parseInput(ArticleChange, await bodyOf(c))
    const issue = (await getIssue(home(c), { number: idOf(c) })).value
    const shown = articleIssue(issue)
    if (id !== undefined && id !== shown.id)
      throw new AppError('invalid', 'The id of an issue cannot be changed.')
    if (author !== undefined && author !== shown.author) {
      throw new AppError('forbidden', 'The author of an issue cannot be changed.')
    }
    const changed = await changeIssue(home(c), {
      ...words,
      number: issue.number,
      // What was shown in the article's poorer words and comes back as it was is no change.
      ...(status === undefined || status === shown.status ? {} : { status }),
      ...(label === undefined || label === shown.label
        ? {}
        : {
            labels: [label, ...issue.labels.filter((name) => name !== shown.label)],
            version: issue.version,
          }),
    })
    return sendJson(c, {
      status: 'SUCCESS',
      message: 'The issue has been updated.',
      data: articleIssue(changed),
    })
  })

  app.delete('/issue/:id', async (c) => {
    await deleteIssue(home(c), { number: idOf(c) })
    return sendJson(c, { status: 'SUCCESS', message: 'The issue has been deleted.' })
  })

  // One route for both, because one fixed and one open address side by side are more than Hono's fast router can do,
  // and the slow one would then serve the whole API.
  app.get('/user/:id', async (c) => {
    const id = c.req.param('id')
    if (id === 'me') return sendJson(c, await ownUser(c))
    return sendJson(c, articleUser((await getAccountProfile(contextOf(c, null), { account: id })).value))
  })

  return app
}

function home(c: HonoContext<ApiEnv>) {
  return contextOf(c, homeSlug)
}

function articleIssue({ number, title, description, status, labels, author }: Issue) {
  return {
    id: number,
    title,
    description,
    status: status === 'canceled' ? 'done' : status,
    label: labels[0] ?? defaultLabel,
    author: author.account,
  }
}

async function ownUser(c: HonoContext<ApiEnv>) {
  const { account } = (await getMe(contextOf(c, null), {})).value
  const profile = await c.get('tracker').clerk.findProfile(account)
  if (profile === null) throw new AppError('not_found', 'There is no such user.')
  return {
    ...articleUser({ ...profile, account }),
    email_addresses: profile.emailAddresses.map((email_address) => ({ email_address })),
  }
}

function articleUser({ account, firstName, lastName, username, imageUrl }: AccountProfile) {
  return { id: account, first_name: firstName, last_name: lastName, username, profile_image_url: imageUrl }
}

/**
 * The article's client sends nothing but Clerk's cookie, so this door alone takes it; a request that changes
 * something must then come from a page of ours, or any site could send it with our visitor's cookie.
 */
function tokenOf(c: HonoContext<ApiEnv>, origins: string[]): string | null {
  const header = bearer(c.req.header('authorization'))
  if (header !== null) return header
  const cookie = getCookie(c, '__session')
  if (cookie === undefined) return null
  const safe = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (!safe && !origins.includes(c.req.header('origin') ?? '')) {
    throw new AppError('forbidden', 'Signed in by a cookie, changes are taken only from our own pages.')
  }
  return cookie
}

async function assertCaller(c: HonoContext<ApiEnv>, author: string): Promise<void> {
  const { account } = (await getMe(contextOf(c, null), {})).value
  if (author !== account) throw new AppError('forbidden', 'You can file issues in your own name only.')
}

function idOf(c: HonoContext<ApiEnv>): number {
  return parseInput(z.object({ id: IssueNumber }), { id: c.req.param('id') }).id
}

async function bodyOf(c: HonoContext<ApiEnv>): Promise<unknown> {
  try {
    return await c.req.json<unknown>()
  } catch {
    throw new AppError('invalid', 'The body is not valid JSON.')
  }
}
