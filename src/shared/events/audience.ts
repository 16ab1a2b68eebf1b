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
  'attachment.added': { readBy: 'issue.read' },
  'attachment.deleted': { readBy: 'issue.read' },
  'issue.duplicate-added': { readBy: 'issue.read' },
  'issue.duplicate-removed': { readBy: 'issue.read' },
  'issue.voted': { readBy: 'issue.read' },
  'issue.unvoted': { readBy: 'issue.read' },
  'comment.created': { readBy: 'issue.read' },
  'comment.changed': { readBy: 'issue.read' },
  'comment.deleted': { readBy: 'issue.read' },
  // In no workspace: what somebody follows is nobody else's business.
  'subscription.changed': { readBy: 'workspace.audit' },
  'label.created': { readBy: 'issue.read' },
  'label.changed': { readBy: 'issue.read' },
  'label.deleted': { readBy: 'issue.read' },
  'template.created': { readBy: 'issue.read' },
  'template.changed': { readBy: 'issue.read' },
  'template.deleted': { readBy: 'issue.read' },
  'template.ordered': { readBy: 'issue.read' },
  // Of a view that is somebody's own, an event says nothing but that it is there.
  'view.created': { readBy: 'issue.read' },
  'view.changed': { readBy: 'issue.read' },
  'view.deleted': { readBy: 'issue.read' },
  'workspace.created': { readBy: 'workspace.audit' },
  'workspace.changed': { readBy: 'workspace.audit', changesAccess: true },
  'workspace.exported': { readBy: 'workspace.audit' },
  'workspace.imported': { readBy: 'issue.read' },
  'import.started': { readBy: 'workspace.audit' },
  'import.cancelled': { readBy: 'workspace.audit' },
  'import.failed': { readBy: 'workspace.audit' },
  'placeholder.claimed': { readBy: 'workspace.audit' },
  'member.role-granted': { readBy: 'workspace.audit', changesAccess: true },
  'member.removed': { readBy: 'workspace.audit', changesAccess: true },
  'member.joined': { readBy: 'workspace.audit', changesAccess: true },
  'invitation.created': { readBy: 'workspace.audit' },
  'invitation.revoked': { readBy: 'workspace.audit' },
  'person.blocked': { readBy: 'workspace.audit', changesAccess: true },
  'person.unblocked': { readBy: 'workspace.audit', changesAccess: true },
  'guild.connected': { readBy: 'workspace.audit', changesAccess: true },
  'guild.changed': { readBy: 'workspace.audit', changesAccess: true },
  'guild.disconnected': { readBy: 'workspace.audit', changesAccess: true },
  'account.api-key-created': { readBy: 'workspace.audit' },
  'account.api-key-revoked': { readBy: 'workspace.audit' },
  'account.erased': { readBy: 'workspace.audit' },
  'account.linked': { readBy: 'workspace.audit' },
  'account.unlinked': { readBy: 'workspace.audit' },
  'webhook.created': { readBy: 'workspace.audit' },
  'webhook.changed': { readBy: 'workspace.audit' },
  'webhook.secret-rotated': { readBy: 'workspace.audit' },
  'webhook.deleted': { readBy: 'workspace.audit' },
  'webhook.pinged': { readBy: 'workspace.audit' },
  'webhook.redelivered': { readBy: 'workspace.audit' },
  'webhook.failing': { readBy: 'workspace.audit' },
  'webhook.gone': { readBy: 'workspace.audit' },
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
