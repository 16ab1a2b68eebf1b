import type { GrantedRole } from '../members/schema.ts'

/** What the tracker needs from Discord, filled by `main.ts` with the bot's REST client. */
export interface DiscordPort {
  /**
   * What Discord says of a person in a guild now. `gone` when they are no member of it (or it is gone);
   * `unavailable` when Discord could not be asked.
   */
  guildRole(
    guild: { id: string; triageRoleIds: string[] },
    discordId: string,
  ): Promise<GrantedRole | 'gone' | 'unavailable'>
}
