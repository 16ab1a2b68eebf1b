import type { Actor } from '../context.ts'
import { may } from '../policy.ts'
import type { Action } from '../policy.ts'
import { EventType } from './schema.ts'

/** Who reads an event, as actions of the policy table, from the many to the few: the few read what the many do, too. */
export const audiences = [
  'issue.read',
  'issue.read-hidden',
  'workspace.audit',
] as const satisfies readonly Action[]
export type Audience = (typeof audiences)[number]

interface Kind {
  readBy: Audience
  /** Somebody may have become more or less by it: who is reading live is asked about again. */
  changesAccess?: true
}

const kinds = {
  'issue.created': { readBy: 'issue.read' },
  'issue.changed': { readBy: 'issue.read' },
  'issue.deleted': { readBy: 'issue.read' },
  'issue.restored': { readBy: 'issue.read' },
  'label.created': { readBy: 'issue.read' },
  'workspace.created': { readBy: 'workspace.audit' },
  'workspace.changed': { readBy: 'workspace.audit', changesAccess: true },
  'workspace.exported': { readBy: 'workspace.audit' },
  'workspace.imported': { readBy: 'issue.read' },
  'import.started': { readBy: 'workspace.audit' },
  'import.cancelled': { readBy: 'workspace.audit' },
  'placeholder.claimed': { readBy: 'workspace.audit' },
  'member.role-granted': { readBy: 'workspace.audit', changesAccess: true },
  'member.removed': { readBy: 'workspace.audit', changesAccess: true },
  'guild.connected': { readBy: 'workspace.audit', changesAccess: true },
  'guild.changed': { readBy: 'workspace.audit', changesAccess: true },
  'guild.disconnected': { readBy: 'workspace.audit', changesAccess: true },
  'account.linked': { readBy: 'workspace.audit' },
  'account.unlinked': { readBy: 'workspace.audit' },
} as const satisfies Record<EventType, Kind>

/** Who reads an event of this type, when it is about nothing hidden. */
export function readersOf(type: EventType): Audience {
  return kinds[type].readBy
}

export function changesAccess(type: EventType): boolean {
  const kind: Kind = kinds[type]
  return kind.changesAccess === true
}

/** Whether what is for `needed` is shown to `audience`. */
export function covers(audience: Audience, needed: Audience): boolean {
  return audiences.indexOf(audience) >= audiences.indexOf(needed)
}

/** The types of events that an audience reads. */
export function typesFor(audience: Audience): EventType[] {
  return EventType.options.filter((type) => covers(audience, readersOf(type)))
}

/** What an actor is among the readers; null for somebody who may not read here. */
export function audienceOf(actor: Actor): Audience | null {
  if (!may(actor, 'issue.read')) return null
  return audiences.findLast((audience) => may(actor, audience)) ?? null
}
