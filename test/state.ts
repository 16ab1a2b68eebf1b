import type { Database } from '#shared/db/database.ts'

/** Everything that a request could change, for proving that a refused one changed nothing. */
export async function stateOf({ prisma }: Database): Promise<unknown> {
  return Promise.all([
    prisma.issue.findMany({
      orderBy: [{ workspaceId: 'asc' }, { number: 'asc' }],
      include: { labels: true },
    }),
    prisma.comment.findMany({ orderBy: [{ workspaceId: 'asc' }, { id: 'asc' }] }),
    prisma.vote.findMany({ orderBy: [{ workspaceId: 'asc' }, { issueNumber: 'asc' }, { userId: 'asc' }] }),
    prisma.subscription.findMany({
      orderBy: [{ workspaceId: 'asc' }, { issueNumber: 'asc' }, { userId: 'asc' }],
    }),
    prisma.workspace.findMany({ orderBy: { id: 'asc' } }),
    prisma.membership.findMany({ orderBy: [{ workspaceId: 'asc' }, { userId: 'asc' }] }),
    prisma.block.findMany({ orderBy: [{ workspaceId: 'asc' }, { userId: 'asc' }] }),
    prisma.invitation.findMany({ orderBy: { id: 'asc' } }),
    prisma.label.findMany({ orderBy: { id: 'asc' } }),
    prisma.user.findMany({ orderBy: { id: 'asc' }, select: { id: true, clerkId: true, discordId: true } }),
    prisma.attachment.findMany({ orderBy: { id: 'asc' } }),
    prisma.template.findMany({ orderBy: { id: 'asc' } }),
    prisma.savedView.findMany({ orderBy: { id: 'asc' } }),
    prisma.webhook.findMany({ orderBy: { id: 'asc' } }),
    prisma.webhookDelivery.findMany({ orderBy: { id: 'asc' } }),
    prisma.import.findMany({ orderBy: { id: 'asc' } }),
    prisma.placeholder.findMany({ orderBy: { userId: 'asc' } }),
    prisma.event.findMany({ orderBy: { id: 'asc' } }),
  ])
}
