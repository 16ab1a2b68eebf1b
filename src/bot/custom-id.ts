import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { IssueNumber, IssueStatus } from '#shared/issues/schema.ts'
import { LabelName } from '#shared/labels/schema.ts'

/** Discord's limit for what a button or form carries. */
const limit = 100
const separator = ':'

/** Which workspace a button was made for: it is void once the server is connected to another. */
const workspaceId = z.coerce.number().int().min(1).max(2_147_483_647)
const toIssue = z.strictObject({ workspaceId, number: IssueNumber })
const toWorkspace = z.strictObject({ workspaceId })

/** A field that may be left empty. */
function optional<S extends z.ZodType>(schema: S) {
  return z
    .literal('')
    .transform(() => undefined)
    .or(schema)
    .optional()
}

/** Everything that can be pressed or filled in, with what it carries; only the last field may be free text. */
const kinds = {
  close: toIssue,
  reopen: toIssue,
  edit: toIssue,
  delete: toIssue.extend({ version: z.coerce.number().int().min(1) }),
  keep: toIssue,
  restore: toIssue,
  page: z.strictObject({
    workspaceId,
    status: optional(IssueStatus),
    author: optional(z.union([z.literal('me'), z.string().regex(/^\d{17,19}$/)])),
    olderThan: optional(IssueNumber),
    newerThan: optional(IssueNumber),
    label: optional(LabelName),
  }),
  newIssue: toWorkspace.extend({ status: optional(IssueStatus) }),
  changeIssue: toIssue.extend({ version: z.coerce.number().int().min(1) }),
  triagers: toWorkspace,
  disconnect: toWorkspace,
  stayConnected: toWorkspace,
} as const satisfies Record<string, z.ZodObject>

type Kinds = typeof kinds
export type Kind = keyof Kinds
/** What a pressed button or a submitted form was made for. */
export type Target<K extends Kind = Kind> = { [P in K]: { kind: P } & z.output<Kinds[P]> }[K]

/** Throws when it does not fit: then a field was added without counting. */
export function encodeTarget<K extends Kind>(kind: K, fields: z.output<Kinds[K]>): string {
  const values = new Map<string, string | number | undefined>(Object.entries(fields))
  const names = Object.keys(kinds[kind].shape)
  const id = [kind, ...names.map((name) => values.get(name) ?? '')].join(separator)
  if (id.length > limit) throw new Error(`A custom id of ${id.length} characters does not fit: ${id}`)
  return id
}

/** Throws `invalid` for whatever this bot did not make. */
export function decodeTarget(customId: string): Target {
  const [kind = '', ...parts] = customId.split(separator)
  if (customId.length > limit || !isKind(kind)) throw foreign()
  const names = Object.keys(kinds[kind].shape)
  if (parts.length < names.length) throw foreign()
  const last = parts.slice(names.length - 1).join(separator)
  const fields = Object.fromEntries(
    names.map((name, index) => [name, index === names.length - 1 ? last : parts[index]]),
  )
  const parsed = kinds[kind].safeParse(fields)
  if (!parsed.success) throw foreign()
  return { kind, ...parsed.data } as Target // the data was parsed by the schema of this very kind
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name)
}

function foreign(): AppError {
  return new AppError(
    'invalid',
    'This button or form is not one that can be used here. Use the command again.',
  )
}
