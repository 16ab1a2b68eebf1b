/** The people of a local Snag, named for what they are. Their passwords are public, so nothing is reachable from outside. */
export interface LocalAccount {
  name: 'maintainer' | 'triager' | 'reporter' | 'stranger'
  email: string
  password: string
  firstName: string
  lastName: string
  clerkId: string
  discordId: string
  discordUsername: string
  /** Whether Clerk already knows the Discord account. */
  connected: boolean
  about: string
  aboutInDiscord: string
}

function account(
  name: LocalAccount['name'],
  words: Omit<LocalAccount, 'name' | 'email' | 'password' | 'clerkId' | 'discordUsername'>,
): LocalAccount {
  const clerkId = `user_local${name}`
  return {
    name,
    email: `${name}@snag.local`,
    password: `snag-local-${name}`,
    clerkId,
    discordUsername: name,
    ...words,
  }
}

export const localAccounts: readonly LocalAccount[] = [
  account('maintainer', {
    firstName: 'Mara',
    lastName: 'Maintainer',
    discordId: '1100000000000000001',
    connected: true,
    about: 'Admin of Home; Discord is connected.',
    aboutInDiscord: 'Has Manage Server, and is an admin of Home.',
  }),
  account('triager', {
    firstName: 'Toni',
    lastName: 'Triager',
    discordId: '1100000000000000002',
    connected: true,
    about: 'Triages, by a role in the Discord server.',
    aboutInDiscord: 'Has the Triage role.',
  }),
  account('reporter', {
    firstName: 'Robin',
    lastName: 'Reporter',
    discordId: '1100000000000000003',
    connected: false,
    about: 'A member who starts without Discord connected.',
    aboutInDiscord: 'Starts as a guest, not connected in Clerk.',
  }),
  account('stranger', {
    firstName: 'Sam',
    lastName: 'Stranger',
    discordId: '1100000000000000004',
    connected: false,
    about: 'A member who starts with nothing written.',
    aboutInDiscord: 'Starts as a guest who has written nothing.',
  }),
]

export const localGuildName = 'Snag HQ'
export const localGuildId = '1200000000000000001'
export const localTriageRoleId = '1300000000000000001'
