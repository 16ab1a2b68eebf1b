import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { S3Settings } from '../config.ts'
import type { Database } from '../db/database.ts'
import { installationSecret } from '../installation.ts'
import { SignedLinks } from './signed-links.ts'
import { clearSpool } from './spool.ts'
import { openFileStore } from './store.ts'
import type { FileStore } from './store.ts'

/** What the tracker needs for attachments. */
export interface Files {
  store: FileStore
  links: SignedLinks
  /** A folder of this machine for what is coming in. */
  incomingDir: string
}

interface Options {
  db: Database
  dataDir: string
  s3: S3Settings | null
  now: Date
}

/** Opens the storage of this installation, which is named by its secret: another one may use the same bucket. */
export async function openFiles({ db, dataDir, s3, now }: Options): Promise<Files> {
  const secret = await installationSecret(db)
  const folder = `snag-${createHmac('sha256', secret).update('folder of attachments').digest('hex').slice(0, 16)}`
  const incomingDir = join(dataDir, 'incoming')
  await clearSpool(incomingDir, now)
  return {
    store: await openFileStore({ dir: join(dataDir, 'attachments'), s3, folder }),
    links: new SignedLinks(secret),
    incomingDir,
  }
}
