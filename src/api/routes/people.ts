import { blockPerson, unblockPerson } from '#shared/blocks/operations.ts'
import { listBlocks } from '#shared/blocks/queries.ts'
import { acceptInvitation, createInvitation, revokeInvitation } from '#shared/invitations/operations.ts'
import { getInvitation, listInvitations } from '#shared/invitations/queries.ts'
import { endpoint } from '../endpoint.ts'
import { router } from '../router.ts'

const tag = 'People'
const blocks = '/workspaces/{slug}/blocks' as const
const invitations = '/workspaces/{slug}/invitations' as const
const invitation = '/invitations/{token}' as const

/** Who is let into a workspace, and who is kept from writing there. */
export const people = router()
  .openapi(...endpoint('get', blocks, tag, listBlocks))
  .openapi(...endpoint('put', `${blocks}/{userId}`, tag, blockPerson))
  .openapi(...endpoint('delete', `${blocks}/{userId}`, tag, unblockPerson))
  .openapi(...endpoint('get', invitations, tag, listInvitations))
  .openapi(...endpoint('post', invitations, tag, createInvitation, { location: ({ id }) => id }))
  .openapi(...endpoint('delete', `${invitations}/{invitationId}`, tag, revokeInvitation))
  .openapi(...endpoint('get', invitation, tag, getInvitation))
  .openapi(...endpoint('post', `${invitation}/accept`, tag, acceptInvitation, { status: 200 }))
