import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The bytes of attachments: in a folder beside the record file, or in memory when nothing is kept. */
export interface AttachmentStore {
  put(id: string, bytes: Uint8Array): Promise<void>
  find(id: string): Promise<Uint8Array | null>
  remove(id: string): Promise<void>
}

export function createAttachmentStore(folder: string | null): AttachmentStore {
  return folder === null ? inMemory() : inFolder(folder)
}

function inMemory(): AttachmentStore {
  const kept = new Map<string, Uint8Array>()
  return {
    put: async (id, bytes) => void kept.set(id, bytes),
    find: async (id) => kept.get(id) ?? null,
    remove: async (id) => void kept.delete(id),
  }
}

/** Ids are snowflakes of our own making or were looked up in a message, so they are safe as file names. */
function inFolder(folder: string): AttachmentStore {
  return {
    async put(id, bytes) {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, id), bytes)
    },
    async find(id) {
      try {
        return await readFile(join(folder, id))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    remove: (id) => rm(join(folder, id), { force: true }),
  }
}
