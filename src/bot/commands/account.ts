import { getGuild } from '#shared/guilds/operations.ts'
import { linkFromDiscord, unlinkDiscord } from '#shared/identity/operations.ts'
import { getMe } from '#shared/identity/queries.ts'
import { getStanding } from '#shared/read.ts'
import { buttons, linkButton, whisper } from '../answer.ts'
import type { Call } from '../call.ts'
import { action } from '../command.ts'
import { inline } from '../text.ts'

const nameLimit = 100

/** Links at once when Clerk knows whose this Discord account is; the dashboard is the way for everybody else. */
export const linkAction = action({
  name: 'link',
  description: 'Link this Discord account to your Snag account',
  options: {},
  async run(call) {
    const ctx = outside(call)
    const { value: me } = await getMe(ctx, {})
    if (!me.guest) return whisper(`You are linked already, as **${inline(me.name, nameLimit)}**.`)
    const linked = await linkFromDiscord(ctx, call.discordId)
    if (linked !== null) {
      const name = inline(linked.name, nameLimit)
      return whisper(
        `Linked: you are **${name}** now, here and on the dashboard, and what you filed as a guest is yours.`,
      )
    }
    return whisper(
      'Sign in on the dashboard and connect Discord there: then everything you file here is yours there too.',
      buttons(linkButton('Link your account', call.dashboard.link)),
    )
  },
})

export const unlinkAction = action({
  name: 'unlink',
  description: unlinkDiscord.summary,
  options: {},
  async run(call) {
    const { name } = await unlinkDiscord(outside(call), {})
    return whisper(
      `This Discord account is no longer linked to **${inline(name, nameLimit)}**. What you filed stays with that account. /link links them again.`,
    )
  },
})

export const whoamiAction = action({
  name: 'whoami',
  description: 'Tell who you are here',
  options: {},
  async run(call) {
    const { value: me } = await getMe(outside(call), {})
    const name = inline(me.name, nameLimit)
    const who = me.guest
      ? `You are **${name}**, a guest: this Discord account is not linked. Use /link to link it.`
      : `You are **${name}**: this Discord account is linked to your Snag account.`
    return whisper(`${who}\n${await describeStanding(call)}`.trim())
  },
})

async function describeStanding(call: Call): Promise<string> {
  if (call.guildId === null) return ''
  const { value: guild } = await getGuild(outside(call), { guildId: call.guildId })
  if (guild.workspace === null) return 'This server is not connected to a workspace yet.'
  const { actor, workspace } = await getStanding(call.ctx)
  const role =
    actor.role === null ? 'nobody in particular' : `${/^[aeiou]/.test(actor.role) ? 'an' : 'a'} ${actor.role}`
  return `In this server you are **${role}** of ${inline(guild.workspace.name, nameLimit)} (${workspace.key}).`
}

/** Accounts belong to no workspace. */
function outside({ ctx }: Call): Call['ctx'] {
  return { ...ctx, place: null }
}
