import type { Answer } from './answer.ts'
import type { Call } from './call.ts'
import type { Kind, Target } from './custom-id.ts'
import type { Given } from './form-fields.ts'
import { createFromForm } from './commands/issue-create.ts'
import { confirmDeletion, keepIssue } from './commands/issue-delete.ts'
import { changeFromForm, openChangeForm } from './commands/issue-edit.ts'
import { turnPage } from './commands/issue-list.ts'
import { restoreFromButton } from './commands/issue-restore.ts'
import { closeFromButton, reopenFromButton } from './commands/issue-status.ts'
import { disconnect, stayConnected } from './commands/setup-disconnect.ts'
import { chooseTriagers } from './commands/setup-triagers.ts'

type Handlers = { [K in Kind]: (call: Call, target: Target<K>, given: Given) => Promise<Answer> }

/** What each button, menu and form does; each is in the file of the command that it belongs to. */
const handlers: Handlers = {
  close: closeFromButton,
  reopen: reopenFromButton,
  edit: openChangeForm,
  delete: confirmDeletion,
  keep: keepIssue,
  restore: restoreFromButton,
  page: turnPage,
  newIssue: createFromForm,
  changeIssue: changeFromForm,
  triagers: chooseTriagers,
  disconnect,
  stayConnected,
}

export function respondTo<K extends Kind>(call: Call, target: Target<K>, given: Given): Promise<Answer> {
  const handle: (call: Call, target: Target<K>, given: Given) => Promise<Answer> = handlers[target.kind]
  return handle(call, target, given)
}
