import { hash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import type { S3Settings } from '#shared/config.ts'

export interface ServedS3 {
  settings: S3Settings
  /** What is in the bucket, by key. */
  objects: Map<string, { bytes: Buffer; modifiedAt: Date; contentType: string | undefined }>
  /** What was asked for without a proper signature, or outside of the bucket. */
  refused: string[]
  /** From now on every request fails, as it does when the server is down. */
  breakDown(): void
}

const bucket = 'snag-test'
const accessKeyId = 'AKIAEXAMPLE'
/** Small, so that a list of few objects has several pages. */
const pageSize = 2

/** A server that speaks as much S3 as a bucket of files needs: put, get, head, delete and list, all of them signed. */
export async function serveS3(): Promise<ServedS3> {
  const objects: ServedS3['objects'] = new Map()
  const refused: string[] = []
  let isBroken = false

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://s3')
    const [, named, ...rest] = decodeURIComponent(url.pathname).split('/')
    const key = rest.join('/')
    const body = await bodyOf(request)
    if (isBroken) return void response.writeHead(500).end()
    if (named !== bucket || !isSigned(request, body)) {
      refused.push(`${request.method} ${request.url}`)
      return void response.writeHead(403).end()
    }
    if (key === '') return list(url.searchParams, response)
    if (request.method === 'PUT') {
      objects.set(key, { bytes: body, modifiedAt: new Date(), contentType: request.headers['content-type'] })
      return void response.writeHead(200, { etag: '"stored"' }).end()
    }
    if (request.method === 'DELETE') {
      objects.delete(key)
      return void response.writeHead(204).end()
    }
    const object = objects.get(key)
    if (object === undefined) return fail(response, 404, 'NoSuchKey')
    response.writeHead(200, {
      'content-length': object.bytes.byteLength,
      'last-modified': object.modifiedAt.toUTCString(),
      etag: '"stored"',
    })
    response.end(request.method === 'HEAD' ? undefined : object.bytes)
  }

  function list(query: URLSearchParams, response: ServerResponse): void {
    const after = query.get('continuation-token') ?? ''
    const prefix = query.get('prefix') ?? ''
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    const page = keys.slice(0, pageSize)
    const contents = page.map((key) => {
      const { bytes, modifiedAt } = objects.get(key) ?? { bytes: Buffer.alloc(0), modifiedAt: new Date() }
      return `<Contents><Key>${key}</Key><Size>${bytes.byteLength}</Size><LastModified>${modifiedAt.toISOString()}</LastModified></Contents>`
    })
    const more =
      keys.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(`<?xml version="1.0"?><ListBucketResult>${contents.join('')}${more}</ListBucketResult>`)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    settings: {
      bucket,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${address.port}`,
      credentials: { accessKeyId, secretAccessKey: 'example' },
    },
    objects,
    refused,
    breakDown: () => {
      isBroken = true
    },
  }
}

/** Signed with our key, for now, over just these bytes; a stream is signed without them, as S3 allows. */
function isSigned({ headers }: IncomingMessage, body: Buffer): boolean {
  const signed = new RegExp(
    `^AWS4-HMAC-SHA256 Credential=${accessKeyId}/\\d{8}/us-east-1/s3/aws4_request, SignedHeaders=[\\w;-]*host[\\w;-]*, Signature=[0-9a-f]{64}$`,
  ).test(headers.authorization ?? '')
  const digest = headers['x-amz-content-sha256']
  return signed && (digest === 'UNSIGNED-PAYLOAD' || digest === hash('sha256', body, 'hex'))
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces)
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`)
}
