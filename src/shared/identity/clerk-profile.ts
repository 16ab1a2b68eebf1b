/** A Discord account that Clerk has verified to be the user's own. */
export interface VerifiedDiscord {
  discordId: string
  name: string
}

/** What is shown of a Clerk user, and whether they may come in. */
export interface ShownProfile {
  clerkId: string
  name: string
  firstName: string | null
  lastName: string | null
  username: string | null
  imageUrl: string | null
  banned: boolean
  updatedAt: Date
}

/** All that Snag must know of a Clerk user. */
export interface ClerkProfile extends ShownProfile {
  emailAddresses: string[]
  discord: VerifiedDiscord | null
  /** The number of the GitHub account that Clerk has verified to be the user's own. */
  githubId: string | null
}

/** The name that people see. */
export function shownName({
  firstName,
  lastName,
  username,
}: Pick<ShownProfile, 'firstName' | 'lastName' | 'username'>): string {
  return [firstName, lastName].filter(Boolean).join(' ') || username || 'Someone'
}
