import type { Command } from './command.ts'
import { createCommand } from './commands/issue-create.ts'
import { deleteCommand } from './commands/issue-delete.ts'
import { editCommand } from './commands/issue-edit.ts'
import { listCommand } from './commands/issue-list.ts'
import { restoreCommand } from './commands/issue-restore.ts'
import { closeCommand, reopenCommand, statusCommand } from './commands/issue-status.ts'
import { viewCommand } from './commands/issue-view.ts'
import { linkCommand } from './commands/link.ts'
import { setupConnectCommand } from './commands/setup-connect.ts'
import { setupCreateCommand } from './commands/setup-create.ts'
import { setupDisconnectCommand } from './commands/setup-disconnect.ts'
import { setupGuestsCommand } from './commands/setup-guests.ts'
import { setupShowCommand } from './commands/setup-show.ts'
import { setupTriagersCommand } from './commands/setup-triagers.ts'
import { unlinkCommand } from './commands/unlink.ts'
import { whoamiCommand } from './commands/whoami.ts'

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
    does: [
      setupShowCommand,
      setupCreateCommand,
      setupConnectCommand,
      setupTriagersCommand,
      setupGuestsCommand,
      setupDisconnectCommand,
    ],
  },
  ...[linkCommand, unlinkCommand, whoamiCommand].map((does): Command => ({
    name: does.name,
    description: does.description,
    usable: 'everywhere',
    does,
  })),
]
