import type { Actor } from '../context.ts'
import { refusal } from '../policy.ts'
import type { Action, Subject } from '../policy.ts'
import type { Permissions } from './schema.ts'

/** What an actor may do and what not, as the JSON of `Permissions`. */
export function permissionsJson(actor: Actor, actions: readonly Action[], subject?: Subject): string {
  const data = actions.map((action) => {
    const reason = refusal(actor, action, subject)
    return { action, allowed: reason === null, reason }
  })
  return JSON.stringify({ data } satisfies Permissions)
}
