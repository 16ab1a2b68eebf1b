import { Disk } from 'flydrive'
import { S3Driver } from 'flydrive/drivers/s3'
import type { S3Settings } from '../config.ts'

const connectionTimeoutMs = 3_000
/** For the 10 MB of the largest attachment over a slow line. */
const requestTimeoutMs = 30_000

/** What the SDK would write to the console is also thrown, and logged by whoever catches it. */
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * A bucket of AWS, or of a server that speaks S3. Without credentials of its own the AWS SDK looks for those of the
 * machine, such as the role of an instance.
 */
export function openS3Disk({ bucket, region, endpoint, credentials }: S3Settings): Disk {
  return new Disk(
    new S3Driver({
      bucket,
      region,
      visibility: 'private',
      // New buckets refuse access lists, and other servers do not know them.
      supportsACL: false,
      // Checksums that only AWS knows are left out where S3 does not ask for them.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      logger: silent,
      requestHandler: { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs },
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials === undefined ? {} : { credentials }),
    }),
  )
}
