import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'

/** Longer than any process believes a token of Clerk's: a session's lives a minute, a key's answer half of one. */
const memoryMs = 60 * 60_000

/** The channel on which it is announced whose access has ended; the payload is the user's id. */
export const accessChannel = 'snag_access'

/** For those who read along, and would be asked about again only after a while. It is rare enough for a NOTIFY. */
export function announceEnd(of: Sql): Sql {
  return sql`select pg_notify(${accessChannel}, id::text) from users where ${of}`
}

/**
 * Ends a session or an API key of the users `of`, and forgets those that nobody can come with any more. The access
 * clause brings them along with each request, so every process refuses it from the next one on.
 */
export function endCredential({ id, of, now }: { id: string; of: Sql; now: Date }): Sql {
  const until = now.getTime() + memoryMs
  return sql`
    update users set ended_credentials = jsonb_build_object(${id}::text, ${until}::bigint) || coalesce((
      select jsonb_object_agg(key, value) from jsonb_each(ended_credentials)
      where value::bigint > ${now.getTime()}::bigint), '{}')
    where deleted_at is null and ${of}`
}
