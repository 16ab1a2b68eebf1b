import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { Disk } from 'flydrive'
import type { DriveFile } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import type { S3Settings } from '../config.ts'
import { AppError } from '../errors.ts'

/** Where the bytes of attachments are: a folder or a bucket. Every call can throw `unavailable`. */
export interface FileStore {
  /** Copies a file of this machine; `bytes` is its size. */
  put(key: string, path: string, bytes: number): Promise<void>
  /** The file from its beginning, with its first bytes already there; null when there is none. */
  open(key: string): Promise<Readable | null>
  /** Does nothing when there is none. */
  remove(key: string): Promise<void>
  list(): AsyncIterable<StoredFile>
}

export interface StoredFile {
  key: string
  modifiedAt(): Promise<Date>
}

interface StoreOptions {
  /** A folder, when there is no bucket. */
  dir: string
  s3: S3Settings | null
  /** The folder inside of it that is this installation's alone: a bucket may hold what others keep there. */
  folder: string
}

/** Opens the store. The S3 client is loaded only here and only when it is wanted, for it is large. */
export async function openFileStore({ dir, s3, folder }: StoreOptions): Promise<FileStore> {
  const disk =
    s3 === null
      ? new Disk(new FSDriver({ location: dir, visibility: 'private' }))
      : await import('./s3-disk.ts').then(({ openS3Disk }) => openS3Disk(s3))
  return storeOn(disk, folder)
}

function storeOn(disk: Disk, folder: string): FileStore {
  const placeOf = (key: string) => `${folder}/${key}`
  return {
    put: (key, path, bytes) =>
      available(() =>
        // Without a type of its own, a bucket that somebody opens to the public shows nothing as a page.
        disk.putStream(placeOf(key), createReadStream(path), {
          contentType: 'application/octet-stream',
          contentLength: bytes,
        }),
      ),
    open: (key) =>
      available(async () => {
        try {
          const stream = await disk.getStream(placeOf(key))
          // A folder tells only now that the file is not there.
          await once(stream, 'readable')
          return stream
        } catch (error) {
          if (isMissing(error)) return null
          throw error
        }
      }),
    remove: (key) => available(() => disk.delete(placeOf(key))),
    async *list() {
      let paginationToken: string | undefined
      do {
        const page = await available(() =>
          disk.listAll(folder, {
            recursive: true,
            ...(paginationToken === undefined ? {} : { paginationToken }),
          }),
        )
        for (const found of page.objects) if (found.isFile) yield stored(found, folder)
        paginationToken = page.paginationToken
      } while (paginationToken !== undefined)
    },
  }
}

function stored(file: DriveFile, folder: string): StoredFile {
  return {
    key: file.key.slice(folder.length + 1),
    modifiedAt: () => available(async () => (await file.getMetaData()).lastModified),
  }
}

/** What a folder and a bucket throw for a file that is not there; flydrive keeps it as the cause of its own error. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const isIt = error.name === 'NoSuchKey' || ('code' in error && error.code === 'ENOENT')
  return isIt || isMissing(error.cause)
}

async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new AppError(
      'unavailable',
      'Attachments cannot be reached at the moment. Try again in a few seconds.',
      {
        retryAfterSeconds: 5,
        cause: error,
      },
    )
  }
}
