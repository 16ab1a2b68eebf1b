import type { Deed } from './deeds.ts'

/** What a deed is done to through the MCP door, and by whom. */
export interface Things {
  number: number
  /** On the issue, by “who wrote it”. */
  commentId: string
  /** A shared view of the founder's. */
  viewId: string
  labelId: string
  /** Somebody else. */
  otherId: string
  /** A name that nothing has yet. */
  newName: string
}

const view = { name: 'Mine', query: 'is:open' }

/** What the tool of a deed is given beside the workspace; null for a deed that no tool does. */
export function givenTo(deed: Deed, there: Things): Record<string, unknown> | null {
  const { number, commentId, viewId, labelId, otherId, newName } = there
  switch (deed.do) {
    case 'read it':
    case 'read its history':
    case 'delete it':
    case 'restore it':
    case 'see what refers to it':
    case 'see what it is to them':
    case 'see what they may do with it':
    case 'read what is said about it':
    case 'read its attachments':
    case 'vote for it':
    case 'take back their vote for it':
    case 'follow it no more':
      return { number }
    case 'list issues':
    case 'read what happened':
    case 'read the workspace':
    case 'list labels':
    case 'list templates':
    case 'list views':
    case 'list members':
    case 'list what was deleted':
    case 'see what they may do here':
    case 'list workspaces':
    case 'read the own account':
      return {}
    case 'read who changed members and settings':
      return { type: 'workspace.created' }
    case 'file an issue':
      return { title: 'Another one' }
    case 'change it':
      return { number, ...deed.fields }
    case 'change it with many others':
      return { numbers: [number], change: { status: 'inprogress' } }
    case 'list what was hidden':
      return { hidden: 'true' }
    case 'list hidden issues':
      return { q: 'is:hidden' }
    case 'list what they deleted themselves':
      return { author: 'me' }
    case 'find issues that are like one':
      return { title: 'The original' }
    case 'comment on it':
      return { number, body: 'Me too.' }
    case 'follow it':
      return { number, state: 'muted' }
    case 'edit a comment':
      return { number, commentId, body: 'Twice.' }
    case 'hide a comment':
      return { number, commentId, hidden: true }
    case 'delete a comment':
    case 'read a comment':
    case 'see what they may do with a comment':
      return { number, commentId }
    case 'create a label':
      return { name: newName, color: '#123456' }
    case 'change a label':
      return { labelId, name: newName }
    case 'read a view of somebody':
    case 'list what is in a view of somebody':
    case 'delete a view of somebody':
      return { viewId }
    case 'save a view':
      return view
    case 'share a view':
      return { ...view, shared: true }
    case 'change a view of somebody':
      return { viewId, name: 'Changed' }
    case 'look up a user':
      return { userId: otherId }
    default:
      return null
  }
}
