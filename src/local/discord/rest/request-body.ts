import type { UploadedFile } from '../messages.ts'
import { refusals } from '../refusals.ts'

const MOST_BYTES = 100 * 1024 * 1024

export interface RequestBody {
  body: unknown
  files: UploadedFile[]
}

/**
 * Reads a body as Discord does: JSON, or multipart with the JSON in `payload_json` and the files in `files[n]`.
 * An empty one is an empty object. Source: "Uploading Files" in Discord's reference.
 */
export async function readBody(request: Request): Promise<RequestBody> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) throw refusals.tooLarge()
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) {
    const text = await request.text()
    return { body: text === '' ? {} : parseJson(text), files: [] }
  }

  let parts: FormData
  try {
    parts = await request.formData()
  } catch {
    throw refusals.invalidJson()
  }
  let body: unknown = {}
  const files: UploadedFile[] = []
  for (const [key, part] of parts) {
    if (typeof part === 'string') {
      if (key === 'payload_json') body = parseJson(part)
      continue
    }
    files.push({
      number: /^files\[(\d+)\]$/.exec(key)?.[1] ?? String(files.length),
      name: part.name,
      contentType: part.type || 'application/octet-stream',
      bytes: new Uint8Array(await part.arrayBuffer()),
    })
  }
  return { body, files }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusals.invalidJson()
  }
}
