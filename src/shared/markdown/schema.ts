/** PostgreSQL cannot store NUL, and half of a surrogate pair is not a character. */
export function wellFormed(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
export const malformed = 'The text contains characters that cannot be stored (NUL, or half of an emoji).'
