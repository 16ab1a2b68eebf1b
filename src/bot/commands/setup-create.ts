import { createGuildWorkspace } from '#shared/guilds/operations.ts'
import { CreateGuildWorkspace } from '#shared/guilds/schema.ts'
import { whisper } from '../answer.ts'
import { outsideWorkspaces } from '../call.ts'
import { action } from '../command.ts'
import { describeConnection } from '../connection.ts'
import { required, text } from '../options.ts'

const { name, slug, key } = CreateGuildWorkspace.shape

export const setupCreateCommand = action({
  name: 'create',
  description: createGuildWorkspace.summary,
  options: {
    name: required(text(name, { description: 'What it is called' })),
    address: required(text(slug, { description: 'Its name in addresses: small letters, digits, hyphens' })),
    key: required(text(key, { description: 'What its issues begin with: SNAG in SNAG-12' })),
  },
  async run(call, { name, address, key }) {
    const guild = await createGuildWorkspace(outsideWorkspaces(call), { name, slug: address, key })
    return whisper(
      `${describeConnection(guild, call)}\nYou are its admin. Everybody here can use /issue now.`,
    )
  },
})
