/** The candidate that a mistyped word was most likely meant to be; null when none is near. */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  let best: string | null = null
  let least = 3
  for (const candidate of candidates) {
    const distance = edits(typed, candidate)
    // In a word of three letters, two mistakes leave nothing of it.
    if (distance < least && distance < candidate.length / 2) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** How many letters have to be added, taken away or replaced (Levenshtein). */
function edits(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Infinity
  let before = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const kept = (before[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      now.push(Math.min(kept, (before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1))
    }
    before = now
  }
  return before.at(-1) ?? 0
}
