import sql from 'sql-template-tag'
import { z } from 'zod'
import { composed } from '../composed.ts'
import { AppError } from '../errors.ts'
import { worldOperation } from '../operation.ts'
import { Json, read } from '../read.ts'
import { announceEnd, endCredential } from './ended.ts'
import { ApiKey, ApiKeyId, ApiKeys, CreateApiKey, CreatedApiKey } from './schema.ts'

const maxKeys = 20
const secondsInDay = 24 * 60 * 60

/** Says whose keys they are, once it is sure that the caller may manage them: nothing is asked of Clerk before. */
const getOwnerOfKeys = read({
  name: 'getOwnerOfKeys',
  summary: 'Whose API keys the caller manages',
  action: 'account.manage-keys',
  world: true,
  input: z.strictObject({}),
  output: z.object({ clerkId: z.string() }),
  statement: () => ({
    name: 'owner-of-keys',
    answer: `select json_build_object('clerkId', access.clerk_id)::text as body`,
    values: [],
  }),
})

/** The caller's keys that are good, newest first. Clerk keeps them. Throws `forbidden` to an API key, `unavailable`. */
export const listApiKeys = composed({
  kind: 'read',
  name: 'listApiKeys',
  summary: 'List your API keys',
  world: true,
  input: z.strictObject({}),
  output: ApiKeys,
  async run(ctx) {
    const { clerkId } = (await getOwnerOfKeys(ctx, {})).value
    const keys: z.output<typeof ApiKeys> = { data: await ctx.tracker.clerk.listApiKeys(clerkId) }
    return new Json<z.output<typeof ApiKeys>>(JSON.stringify(keys))
  },
})

const recordCreatedKey = worldOperation({
  name: 'recordCreatedKey',
  summary: 'Write down that an API key was made',
  access: 'account.manage-keys',
  input: ApiKey.pick({ id: true, name: true, scopes: true }),
  output: z.null(),
  run: async ({ input: { id, name, scopes } }) => ({
    result: null,
    event: {
      type: 'account.api-key-created',
      changes: {
        id: { before: null, after: id },
        name: { before: null, after: name },
        scopes: { before: null, after: scopes },
      },
    },
  }),
})

/**
 * Makes a key that acts as the caller within its scopes. Only somebody who has signed in may: a key could make itself
 * one that can do more, or that outlives it. Throws `invalid`, `forbidden`, `conflict` when there are 20, `unavailable`.
 */
export const createApiKey = composed({
  kind: 'operation',
  name: 'createApiKey',
  summary: 'Make an API key; its secret is shown this once',
  world: true,
  input: CreateApiKey,
  output: CreatedApiKey,
  async run(ctx, { name, scopes, expiresInDays }): Promise<CreatedApiKey> {
    const { clerk, log } = ctx.tracker
    const { clerkId } = (await getOwnerOfKeys(ctx, {})).value
    if ((await clerk.listApiKeys(clerkId)).length >= maxKeys)
      throw new AppError('conflict', `You have ${maxKeys} API keys. Revoke one that you do not need first.`)
    const { key, secret } = await clerk.createApiKey({
      clerkId,
      name,
      scopes: [...new Set(scopes)],
      secondsUntilExpiration: expiresInDays * secondsInDay,
    })
    try {
      await recordCreatedKey(ctx, { id: key.id, name: key.name, scopes: key.scopes })
    } catch (error) {
      // Nobody will ever have seen its secret.
      await clerk.revokeApiKey(clerkId, key.id).catch((cause: unknown) => {
        log.warn({ err: cause, keyId: key.id }, 'An API key that nobody was given could not be revoked')
      })
      throw error
    }
    return { ...key, secret }
  },
})

const recordRevokedKey = worldOperation({
  name: 'recordRevokedKey',
  summary: 'Write down that an API key was revoked',
  access: 'account.manage-keys',
  input: z.strictObject({ id: ApiKeyId }),
  output: z.null(),
  async run({ tx, actor, input: { id }, now }) {
    const owner = sql`id = ${actor.userId}::uuid`
    tx.send(endCredential({ id, of: owner, now }))
    tx.send(announceEnd(owner))
    return {
      result: null,
      event: { type: 'account.api-key-revoked', changes: { id: { before: id, after: null } } },
    }
  },
})

/** Ends a key of the caller's, for every process at once. Throws `not_found`, `forbidden`, `unavailable`. */
export const revokeApiKey = composed({
  kind: 'operation',
  name: 'revokeApiKey',
  summary: 'Revoke an API key',
  world: true,
  input: z.strictObject({ keyId: ApiKeyId }),
  output: z.null(),
  async run(ctx, { keyId: id }) {
    const { clerkId } = (await getOwnerOfKeys(ctx, {})).value
    if (!(await ctx.tracker.clerk.revokeApiKey(clerkId, id)))
      throw new AppError('not_found', 'You have no API key with this id, or it was revoked.')
    return recordRevokedKey(ctx, { id })
  },
})
