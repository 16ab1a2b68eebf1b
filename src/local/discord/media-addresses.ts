/** What stands for the local Discord's own address in what is kept, so that another port breaks no picture. */
const KEPT_BASE = 'local-discord:'

export function keptAddress(channelId: string, attachmentId: string, filename: string): string {
  return `${KEPT_BASE}/attachments/${channelId}/${attachmentId}/${encodeURIComponent(filename)}`
}

/** The same value with the addresses of our own files as somebody reaches them under `base`. */
export function placeMedia<Value>(value: Value, base: string): Value {
  return replaceBase(value, KEPT_BASE, base)
}

/** The way back, for what a bot says again as it was told. */
export function keepMedia<Value>(value: Value, base: string): Value {
  return replaceBase(value, base, KEPT_BASE)
}

/** Addresses alone are changed, never the text people wrote. */
function replaceBase<Value>(value: Value, from: string, to: string): Value {
  const start = `${from}/attachments/`
  // Messages are JSON, and an address stays a string: the copy is of the same shape.
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    (key === 'url' || key === 'proxy_url') && typeof part === 'string' && part.startsWith(start)
      ? to + part.slice(from.length)
      : part,
  ) as Value
}
