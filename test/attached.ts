import { v7 as uuidv7 } from 'uuid'
import type { Database } from '#shared/db/database.ts'

/** Something attached to an issue by somebody, whatever they may do; its bytes are nowhere. Answers its id. */
export async function attachedIn(
  { prisma }: Database,
  place: { workspaceId: number; issueNumber: number; uploaderId: string },
): Promise<string> {
  const id = uuidv7()
  const file = { name: 'server.log', contentType: 'text/plain', bytes: 12, sha256: new Uint8Array(32) }
  await prisma.attachment.create({
    data: { ...place, ...file, id, storageKey: `${place.workspaceId}/${id}`, createdAt: new Date() },
  })
  return id
}
