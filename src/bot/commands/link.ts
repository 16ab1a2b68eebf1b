import { linkFromDiscord } from '#shared/identity/operations.ts'
import { getMe } from '#shared/identity/queries.ts'
import { buttons, linkButton, whisper } from '../answer.ts'
import { outsideWorkspaces } from '../call.ts'
import { action } from '../command.ts'
import { shownName } from '../text.ts'

/** Links at once when Clerk knows whose this Discord account is; the dashboard is the way for everybody else. */
export const linkCommand = action({
  name: 'link',
  description: 'Link this Discord account to your Snag account',
  options: {},
  async run(call) {
    const ctx = outsideWorkspaces(call)
    const { value: me } = await getMe(ctx, {})
    if (!me.guest) return whisper(`You are linked already, as **${shownName(me.name)}**.`)
    const linked = await linkFromDiscord(ctx, call.discordId)
    if (linked !== null) {
      return whisper(
        `Linked: you are **${shownName(linked.name)}** now, here and on the dashboard, and what you filed as a guest is yours.`,
      )
    }
    const { link, isLinkable } = call.dashboard
    const invitation =
      'Sign in on the dashboard and connect Discord there: then everything you file here is yours there too.'
    return isLinkable
      ? whisper(invitation, buttons(linkButton('Link your account', link)))
      : whisper(`${invitation}\n${link}`)
  },
})
