import { EventEmitter } from 'node:events'

import type {
  ChannelRecord,
  GuildChannelRecord,
  GuildRecord,
  MemberRecord,
  MessageRecord,
  RoleRecord,
} from './records.ts'

/** What happened in the local Discord. The gateway tells it to bots, the client API to people. */
export type Happening =
  | { type: 'message.created' | 'message.updated' | 'message.deleted'; message: MessageRecord }
  | { type: 'commands.changed' }
  | { type: 'bot.presence'; online: boolean }
  | { type: 'guild.joined' | 'guild.left'; guild: GuildRecord }
  | { type: 'channel.created' | 'channel.updated'; channel: ChannelRecord }
  | { type: 'channel.deleted'; channel: GuildChannelRecord }
  | { type: 'role.created' | 'role.updated'; guild: GuildRecord; role: RoleRecord }
  | { type: 'member.added' | 'member.updated' | 'member.removed'; guild: GuildRecord; member: MemberRecord }

/** Tells happenings to whoever listens, in the order they happened. */
export class Happenings {
  readonly #emitter = new EventEmitter<{ happening: [Happening] }>()

  constructor() {
    // Every open playground page and every waiting test listens, so a fixed ceiling would only warn falsely.
    this.#emitter.setMaxListeners(0)
  }

  tell(happening: Happening): void {
    this.#emitter.emit('happening', happening)
  }

  /** Returns what stops the listening. */
  listen(listener: (happening: Happening) => void): () => void {
    this.#emitter.on('happening', listener)
    return () => this.#emitter.off('happening', listener)
  }
}
