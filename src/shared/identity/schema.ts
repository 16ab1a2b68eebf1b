import { z } from 'zod'

/** A person as others see one: a name and a picture, never an e-mail address. */
export const User = z
  .object({
    id: z.uuid(),
    name: z.string(),
    imageUrl: z.string().nullable(),
    account: z.string().meta({
      description: 'The account behind it: a Clerk user id, or `discord:<id>` for a guest.',
      example: 'user_2fXq0v8Rk3',
    }),
    guest: z.boolean().meta({ description: 'True for a Discord user who has not linked an account.' }),
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

/** The caller's own account. */
export const Me = User.extend({
  discordId: z.string().nullable(),
}).meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

/** What names an account: a Clerk user id, or `discord:<id>` for a guest. */
export const AccountName = z.string().regex(/^[\w:-]{1,100}$/)

/** The parts of a name, for those who show them apart. */
export const AccountProfile = z.object({
  account: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  username: z.string().nullable(),
  imageUrl: z.string().nullable(),
})
export type AccountProfile = z.infer<typeof AccountProfile>

/** What an API key is for. Each includes those before it. */
export const Scope = z.enum(['issues:read', 'issues:write', 'admin'])
export type Scope = z.infer<typeof Scope>

/** A key for machines, as its owner sees it. */
export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(Scope),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof ApiKey>

export const ApiKeys = z.object({ data: z.array(ApiKey) }).meta({ id: 'ApiKeys' })

export const CreateApiKey = z
  .strictObject({
    name: z.string().trim().min(1).max(100).meta({ description: 'What you will know it by.' }),
    scopes: z
      .array(Scope)
      .min(1)
      .max(Scope.options.length)
      .meta({ description: 'What it is for. `issues:write` includes `issues:read`; `admin` includes both.' }),
    expiresInDays: z.int().min(1).max(365).default(90),
  })
  .meta({ id: 'CreateApiKey' })

/** The secret is shown here and never again. */
export const CreatedApiKey = ApiKey.extend({
  secret: z.string().meta({ description: 'Shown this once: send it as “Authorization: Bearer …”.' }),
}).meta({ id: 'CreatedApiKey' })
export type CreatedApiKey = z.infer<typeof CreatedApiKey>

/** Clerk's id of a key. */
export const ApiKeyId = z.string().regex(/^\w{1,100}$/)

/** So that nobody erases their account by mistake. */
export const EraseAccount = z
  .strictObject({ confirm: z.literal('erase my account') })
  .meta({ id: 'EraseAccount' })

/** Whether scopes that were given cover the one that is needed. */
export function includes(given: ReadonlySet<Scope>, needed: Scope): boolean {
  return Scope.options.slice(Scope.options.indexOf(needed)).some((scope) => given.has(scope))
}

/** What a token stands for. The id is Clerk's, of the session or of the API key. */
export type Credential =
  | { kind: 'session'; id: string }
  | { kind: 'api-key'; id: string; scopes: ReadonlySet<Scope> }
