/** What a new workspace could be called in addresses: `Moon base` → `moon-base`. Empty when nothing fits. */
export function suggestSlug(name: string): string {
  return plainLetters(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40)
    .replace(/-$/, '')
}

/** What its references could begin with: `Moon base` → `MB`, `Rover` → `ROVE`. Empty when nothing fits. */
export function suggestKey(name: string): string {
  const words = plainLetters(name)
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '')
  const initials = words.map((word) => word[0]).join('')
  const key = words.length > 1 ? initials : (words[0] ?? '').slice(0, 4)
  return key.replace(/^[0-9]+/, '').slice(0, 8)
}

/** Letters without their accents. */
function plainLetters(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '')
}
