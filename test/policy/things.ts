import { v7 as uuidv7 } from 'uuid'
import type { Database } from '#shared/db/database.ts'

interface Owned {
  workspaceId: number
  /** Whose it is. */
  userId: string
}

export interface Hook {
  webhookId: string
  /** Of something that was sent to it. */
  deliveryId: string
}

/** A webhook, and something that it was sent. */
export async function webhookIn({ prisma }: Database, { workspaceId, userId }: Owned): Promise<Hook> {
  const [webhookId, deliveryId, createdAt] = [uuidv7(), uuidv7(), new Date()]
  const webhook = { id: webhookId, name: 'Hook', url: 'https://example.com/hook', secret: 'whsec_AAAA' }
  await prisma.webhook.create({
    data: { ...webhook, workspaceId, format: 'json', types: [], createdById: userId, createdAt },
  })
  await prisma.webhookDelivery.create({
    data: { workspaceId, id: deliveryId, webhookId, type: 'ping', status: 'delivered', createdAt },
  })
  return { webhookId, deliveryId }
}

/** An import that nobody works on. Answers its id. */
export async function importIn({ prisma }: Database, { workspaceId, userId }: Owned): Promise<string> {
  const id = uuidv7()
  const file = {
    format: 'csv',
    source: 'file',
    trusted: false,
    own: false,
    identities: [],
    total: 0,
  } as const
  await prisma.import.create({
    data: {
      ...file,
      identities: [],
      id,
      workspaceId,
      createdById: userId,
      state: 'queued',
      step: 'labels',
      createdAt: new Date(),
    },
  })
  return id
}

/** Somebody of whom nothing is known but an account elsewhere. Answers the placeholder's id. */
export async function placeholderIn(
  { prisma }: Database,
  { workspaceId, identity }: { workspaceId: number; identity: string },
): Promise<string> {
  const [id, createdAt] = [uuidv7(), new Date()]
  await prisma.user.create({ data: { id, name: 'Somebody (imported)', createdAt } })
  await prisma.placeholder.create({
    data: { workspaceId, identity, userId: id, name: 'Somebody', createdAt },
  })
  return id
}

/** Gives the event of the workspace's founding its place among the events that are listed: no relay runs here, which would. */
export async function listFounding({ prisma }: Database, workspaceId: number): Promise<void> {
  await prisma.event.updateMany({ where: { workspaceId, type: 'workspace.created' }, data: { position: 1 } })
}
