import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { isLoopbackHost } from '#shared/config.ts'
import type { ClerkSettings, Config } from '#shared/config.ts'
import { clerkOriginOf } from '../credentials.ts'
import { failed, ok, skipped } from './findings.ts'
import type { Finding } from './findings.ts'
import { ask, whyNot } from './service.ts'
import type { Fetch, Service } from './service.ts'

const clerkApiUrl = 'https://api.clerk.com'

const secretKeyRefused = "Clerk refuses CLERK_SECRET_KEY. Copy it again from Clerk's dashboard, API Keys."

const Instance = z.object({
  id: z.string(),
  environment_type: z.string(),
  allowed_origins: z.array(z.string()).nullish(),
})
const Jwks = z.object({ keys: z.array(z.object({ kid: z.string(), n: z.string() })) })
type Jwks = z.infer<typeof Jwks>

/** Clerk's keys, each held against what Clerk itself says. Source: https://clerk.com/docs/reference/backend-api */
export async function examineClerk(config: Config, fetch: Fetch): Promise<Finding[]> {
  const { clerk } = config
  if (clerk === null) return [skipped('Clerk', 'A stand-in, which brings its own keys.'), originsOf(config)]
  const api: Service = {
    fetch,
    url: clerk.apiUrl ?? clerkApiUrl,
    authorization: `Bearer ${clerk.secretKey}`,
  }
  const instance = await ask(api, '/v1/instance', Instance)
  const rest = [webhookSecret(clerk), originsOf(config)]
  if (instance.kind !== 'answered')
    return [failed('Clerk secret key', whyNot(instance, 'Clerk', api, secretKeyRefused)), ...rest]

  const jwks = await ask(api, '/v1/jwks', Jwks)
  const keys = jwks.kind === 'answered' ? jwks.body : { keys: [] }
  const { environment_type: environment, allowed_origins: allowed } = instance.body
  return [
    ok('Clerk secret key', `Clerk knows it: a ${environment} instance.`),
    await publishableKey(clerk, keys, fetch),
    jwtKey(clerk, keys),
    ...rest,
    ...allowedAtClerk(config, clerk, allowed ?? []),
    ...(await admins(config, api)),
  ]
}

/** The publishable key carries the host of an instance; that it is the secret key's shows in the keys both hand out. */
async function publishableKey(clerk: ClerkSettings, ours: Jwks, fetch: Fetch): Promise<Finding> {
  const subject = 'Clerk publishable key'
  const copyBoth = "Copy both keys again from one page of Clerk's dashboard, API Keys."
  const kinds = [clerk.secretKey, clerk.publishableKey].map((key) => /^[sp]k_(test|live)_/.exec(key)?.[1])
  if (kinds[1] === undefined)
    return failed(subject, `CLERK_PUBLISHABLE_KEY does not begin with pk_test_ or pk_live_. ${copyBoth}`)
  if (kinds[0] !== kinds[1])
    return failed(
      subject,
      `One key is of a ${kinds[0]} instance, the other of a ${kinds[1]} one. ${copyBoth}`,
    )
  if (clerk.apiUrl !== undefined && isLoopbackHost(new URL(clerk.apiUrl).hostname)) {
    return skipped(subject, 'A stand-in at a loopback address has no host of its own to ask.')
  }
  const url = clerkOriginOf(clerk)
  const theirs = await ask({ fetch, url, authorization: '' }, '/.well-known/jwks.json', Jwks)
  if (theirs.kind !== 'answered')
    return failed(subject, `Its instance cannot be reached at ${url}. ${copyBoth}`)
  const same = theirs.body.keys.some(({ kid }) => ours.keys.some((key) => key.kid === kid))
  return same
    ? ok(subject, `Of the same instance: ${url}.`)
    : failed(subject, `It is of another instance (${url}) than the secret key. ${copyBoth}`)
}

function jwtKey({ jwtKey }: ClerkSettings, { keys }: Jwks): Finding {
  const subject = 'Clerk JWT key'
  const whereToFind = "Copy the PEM public key from Clerk's dashboard, API Keys, JWKS Public Key."
  if (jwtKey === undefined)
    return skipped(subject, `CLERK_JWT_KEY is not set: Clerk is asked for it now and then. ${whereToFind}`)
  const modulus = modulusOf(jwtKey)
  if (modulus === null) return failed(subject, `CLERK_JWT_KEY is not a public key in PEM. ${whereToFind}`)
  return keys.some(({ n }) => n === modulus)
    ? ok(subject, 'It is the one that Clerk signs with.')
    : failed(subject, `CLERK_JWT_KEY is not of this instance: every token would be refused. ${whereToFind}`)
}

function modulusOf(pem: string): string | null {
  try {
    const { n } = createPublicKey(pem.replaceAll(String.raw`\n`, '\n')).export({ format: 'jwk' })
    return n ?? null
  } catch {
    return null // not a key
  }
}

/** `whsec_` and the key in base64, as Svix makes it. Source: https://docs.svix.com/receiving/verifying-payloads/how-manual */
function webhookSecret({ webhookSigningSecret }: ClerkSettings): Finding {
  const subject = 'Clerk webhook secret'
  if (webhookSigningSecret === undefined) {
    return skipped(
      subject,
      "CLERK_WEBHOOK_SIGNING_SECRET is not set: who is deleted or banned at Clerk is noticed within 5 minutes. To know at once, add the endpoint /api/clerk/webhook in Clerk's dashboard, Webhooks, and copy its Signing Secret.",
    )
  }
  return /^whsec_(?:[A-Za-z0-9+/]{4}){6,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
    webhookSigningSecret,
  )
    ? ok(subject, 'It has the shape of one.')
    : failed(
        subject,
        "It is not whsec_ and base64. Copy the Signing Secret of the endpoint in Clerk's dashboard, Webhooks.",
      )
}

function originsOf({ production, origins }: Config): Finding {
  const insecure = origins.filter((origin) => !origin.startsWith('https:'))
  if (!production) return ok('Origins', `${origins.join(', ')}.`)
  return insecure.length === 0
    ? ok('Origins', `${origins.join(', ')}, all over https.`)
    : failed('Origins', `${insecure.join(', ')} is not https. Mend PUBLIC_URL and SNAG_ORIGINS.`)
}

/** Clerk lists origins only for those outside an instance's own domain; an empty list restricts nothing. */
function allowedAtClerk({ production, origins }: Config, clerk: ClerkSettings, allowed: string[]): Finding[] {
  if (!production || allowed.length === 0) return []
  const domain = new URL(clerkOriginOf(clerk)).hostname.replace(/^clerk\./, '')
  const unknown = origins.filter((origin) => {
    const { hostname } = new URL(origin)
    return !allowed.includes(origin) && hostname !== domain && !hostname.endsWith(`.${domain}`)
  })
  return unknown.length === 0
    ? [ok('Origins at Clerk', 'Clerk allows them.')]
    : [
        failed(
          'Origins at Clerk',
          `Clerk does not allow ${unknown.join(', ')}. Add it to the instance's allowed_origins.`,
        ),
      ]
}

async function admins({ adminClerkIds }: Config, api: Service): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const id of adminClerkIds) {
    const user = await ask(api, `/v1/users/${encodeURIComponent(id)}`, z.object({ id: z.literal(id) }))
    findings.push(
      user.kind === 'answered'
        ? ok('Admin', `${id} exists.`)
        : failed('Admin', `Clerk has no user ${id}. Mend SNAG_ADMINS: it takes user ids, such as user_2x….`),
    )
  }
  return findings
}
