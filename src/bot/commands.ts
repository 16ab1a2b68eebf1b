import type { Command } from './command.ts'
import { linkAction, unlinkAction, whoamiAction } from './commands/account.ts'
import { createCommand } from './commands/issue-create.ts'
import { deleteCommand } from './commands/issue-delete.ts'
import { editCommand } from './commands/issue-edit.ts'
import { listCommand } from './commands/issue-list.ts'
import { restoreCommand } from './commands/issue-restore.ts'
import { closeCommand, reopenCommand, statusCommand } from './commands/issue-status.ts'
import { viewCommand } from './commands/issue-view.ts'
import {
  setupConnect,
  setupCreate,
  setupDisconnect,
  setupGuests,
  setupShow,
  setupTriagers,
} from './commands/setup-server.ts'

/** Everything that can be typed. */
export const commands: readonly Command[] = [
  {
    name: 'issue',
    description: 'File, find and change issues',
    usable: 'in servers',
    does: [
      createCommand,
      viewCommand,
      listCommand,
      editCommand,
      statusCommand,
      closeCommand,
      reopenCommand,
      deleteCommand,
      restoreCommand,
    ],
  },
  {
    name: 'setup',
    description: 'Connect this server to a workspace',
    usable: 'in servers',
    does: [setupShow, setupCreate, setupConnect, setupTriagers, setupGuests, setupDisconnect],
  },
  ...[linkAction, unlinkAction, whoamiAction].map((does): Command => ({
    ...does,
    usable: 'everywhere',
    does,
  })),
]
