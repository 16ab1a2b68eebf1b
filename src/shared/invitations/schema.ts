import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { GrantedRole } from '../members/schema.ts'
import { Workspace } from '../workspaces/schema.ts'

/** A link by which people become members. */
export const Invitation = z
  .object({
    id: z.uuid(),
    role: GrantedRole,
    maxUses: z.int().min(1),
    uses: z.int().min(0).meta({ description: 'How many have become something by it.' }),
    createdBy: User,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof Invitation>

export const NewInvitation = Invitation.extend({
  token: z.string().meta({
    description:
      'Shown this once, and to be treated like a password. The link is `/invite/` and this, at the address of the dashboard.',
  }),
}).meta({ id: 'NewInvitation' })
export type NewInvitation = z.infer<typeof NewInvitation>

export const Invitations = z.object({ data: z.array(Invitation) }).meta({ id: 'Invitations' })

const days = { default: 7, max: 30 } as const
const uses = { default: 1, max: 100 } as const

export const CreateInvitation = z.strictObject({
  role: GrantedRole.default('member'),
  days: z
    .int()
    .min(1, 'An invitation is valid for at least a day.')
    .max(days.max, `An invitation is valid for at most ${days.max} days.`)
    .default(days.default)
    .meta({ description: 'How long it is valid.' }),
  maxUses: z
    .int()
    .min(1, 'An invitation is for at least 1 person.')
    .max(uses.max, `An invitation is for at most ${uses.max} people.`)
    .default(uses.default)
    .meta({ description: 'For how many people it is.' }),
})

export const RevokeInvitation = z.strictObject({ id: z.uuid() })

/** Any text is a possible token: one that we did not make is not found, like one that is over. */
export const WithToken = z.strictObject({
  token: z.string().meta({ description: 'The last part of the link.' }),
})

/** What somebody sees who was given the link. */
export const InvitationOffer = z
  .object({
    workspace: Workspace.pick({ slug: true, name: true }),
    role: GrantedRole,
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'InvitationOffer' })

/** Where somebody was let in, and as what; the role that was given to them may be higher than the invitation's. */
export const Joined = InvitationOffer.omit({ expiresAt: true }).meta({ id: 'Joined' })
