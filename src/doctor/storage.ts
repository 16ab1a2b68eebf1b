import { join } from 'node:path'
import type { Config } from '#shared/config.ts'
import { ok, skipped } from './findings.ts'
import type { Finding } from './findings.ts'

/** Where attachments go, and what of the bucket's settings was left to defaults. Asks nobody. */
export function examineStorage({ s3, dataDir }: Pick<Config, 's3' | 'dataDir'>): Finding {
  const subject = 'Attachments'
  if (s3 === null) return ok(subject, `They are kept in ${join(dataDir, 'attachments')}.`)
  const { bucket, region, endpoint, credentials } = s3
  const where = `the bucket ${bucket} in ${region}${endpoint === undefined ? '' : ` of ${endpoint}`}`
  if (credentials !== undefined) return ok(subject, `They are kept in ${where}.`)
  return skipped(
    subject,
    `They are kept in ${where}, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing. Set them, unless this machine has credentials of its own.`,
  )
}
