/** A link is kept as it is, so that it can be followed; what could end it or be markup is not part of it. */
const link = String.raw`https?:\/\/[\w\-./?=&%#:~+,;!$]+`
/** What makes a heading, a subtext or a list at the beginning of a line. */
const lineStart = String.raw`^[^\S\n]*(?:[-+#]|\d+[.)])`
/** Emphasis, code, spoilers, quotes, masked links, and all of Discord's <…>: mentions, times, emoji, commands. */
const markup = String.raw`[\\*_~\`|<>[\]@]`
const nameLimit = 60

const special = new RegExp(`(${link})|(${lineStart})|${markup}`, 'gm')

/** Unseen orders to turn the direction of the text: what the bot writes behind them would be turned as well. */
const turning = /[\u202A-\u202E\u2066-\u2069]/g

/**
 * People's words inside the bot's own: shown letter by letter, never as formatting, a link that hides its target,
 * or a mention. Source: Discord's help page "Markdown Text 101" and its reference, "Message Formatting".
 */
export function escapeText(text: string): string {
  return text
    .replaceAll(turning, '')
    .replaceAll(special, (found: string, link?: string, lineStart?: string) => {
      if (link !== undefined) return found
      return lineStart === undefined ? `\\${found}` : `${found.slice(0, -1)}\\${found.slice(-1)}`
    })
}

/** At most so many UTF-16 units, an ellipsis included; no character is cut in half. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text
    .slice(0, limit - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`
}

/** Someone's words on one line. */
export function inline(text: string, limit: number): string {
  return escapeText(shorten(text.replaceAll(/\s+/gu, ' ').trim(), limit))
}

/** The name of a person or a workspace. */
export function shownName(name: string): string {
  return inline(name, nameLimit)
}

/** A moment, as Discord shows it in the reader's own words and time zone: "2 hours ago". */
export function age(iso: string): string {
  return `<t:${Math.floor(Date.parse(iso) / 1000)}:R>`
}
