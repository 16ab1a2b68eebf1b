import type { Readable, Writable } from 'node:stream'
import { Command, CommanderError, Option } from 'commander'
import { ImportFormat } from '#shared/imports/schema.ts'
import { Api, CommandError, exitCodes } from './api.ts'
import { exportToFile } from './export-command.ts'
import type { ExportOptions } from './export-command.ts'
import { importFile } from './import-command.ts'
import type { ImportOptions } from './import-command.ts'

export interface Shell {
  env: Record<string, string | undefined>
  stdin: Readable
  stdout: NodeJS.WriteStream | Writable
  stderr: NodeJS.WriteStream | Writable
  fetch: typeof fetch
}

const help = `
Through npm, say \`npm run -s snag -- …\`: without -s, npm writes its own lines into what is exported. Or name a file by -o.

Environment:
  SNAG_URL    where Snag is; http://localhost:3000 without it
  SNAG_TOKEN  whose rights to use: an API key with the scope admin

An API key is made by whoever is signed in. On the dashboard, in the browser's console:
  await (await fetch('/api/v1/account/api-keys', { method: 'POST', headers: {
    authorization: \`Bearer \${await Clerk.session.getToken()}\`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'shell', scopes: ['admin'] }) })).json()
What \`await Clerk.session.getToken()\` gives is a token as well, for one minute.

Exit codes:
  0 done   1 refused or failed   2 called wrongly   3 not allowed   4 not reached, or broken off`

/** Runs a command line; gives the code to exit with. */
export async function runCommand(args: readonly string[], shell: Shell): Promise<number> {
  const errors = (text: string) => void shell.stderr.write(text)
  const program = new Command('snag')
    .description('Takes issues into Snag, and out of it, through its API.')
    .addHelpText('after', help)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void shell.stdout.write(text), writeErr: errors })

  program
    .command('import')
    .description('Import issues from a file')
    .argument('<file>', 'the file; - for what comes through a pipe')
    .requiredOption('-w, --workspace <slug>', 'the workspace to import into')
    .addOption(
      new Option('-f, --format <format>', 'what the file is, where its name does not say').choices(
        ImportFormat.options,
      ),
    )
    .option('--watch', 'stay until it has been imported', true)
    .option('--no-watch', 'do not wait for it')
    .action((file: string, options: ImportOptions) =>
      importFile(file, options, {
        api: apiOf(shell),
        stdin: shell.stdin,
        terminal: { write: (text) => void shell.stdout.write(text), bar: screenOf(shell) },
      }),
    )

  program
    .command('export')
    .description('Export a workspace to a file, or into a pipe')
    .requiredOption('-w, --workspace <slug>', 'the workspace to export')
    .addOption(
      new Option('-f, --format <format>', 'jsonl: everything; csv: the issues')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .option('-o, --output <file>', 'the file to write; through npm without -s, the only way to a clean one')
    .action((options: ExportOptions) =>
      exportToFile(options, {
        api: apiOf(shell),
        stdout: shell.stdout,
        // What is exported may be going through standard output.
        terminal: { write: errors, bar: screenOf(shell) },
      }),
    )

  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
    if (!(error instanceof CommandError)) throw error
    errors(`${error.message}\n`)
    return error.exitCode
  }
}

function apiOf({ env, fetch }: Shell): Api {
  const token = env['SNAG_TOKEN']?.trim() ?? ''
  const url = env['SNAG_URL']?.trim() || 'http://localhost:3000'
  if (!URL.canParse(url)) throw new CommandError(`SNAG_URL is not an address: ${url}`, exitCodes.usage)
  if (token === '') {
    throw new CommandError(
      'SNAG_TOKEN is missing: the API has to know who you are. `snag --help` says how to get one.',
      exitCodes.notAllowed,
    )
  }
  return new Api({ url, token, fetch })
}

/** Where a bar can be drawn: only when what is written is looked at, not when it goes into a pipe. */
function screenOf({ stdout, stderr }: Shell): NodeJS.WriteStream | null {
  const isScreen = (stream: Shell['stdout']): stream is NodeJS.WriteStream =>
    'isTTY' in stream && stream.isTTY
  return isScreen(stdout) && isScreen(stderr) ? stderr : null
}
