const key = 'snag.connecting-discord'

/** Remembers, across the way to Discord and back, that this person set out to connect it. */
export function markConnecting(clerkUserId: string): void {
  sessionStorage.setItem(key, clerkUserId)
}

/** Whether they had set out, said once. */
export function takeConnecting(clerkUserId: string): boolean {
  const matches = sessionStorage.getItem(key) === clerkUserId
  sessionStorage.removeItem(key)
  return matches
}
