import { Command } from 'commander'
import { addAccountCreate } from './commands/account-create.ts'
import { addClusterStatus } from './commands/cluster-status.ts'
import { addImportOnezone } from './commands/import-onezone.ts'
import { addLogin, addLogout } from './commands/login.ts'
import { addServe } from './commands/serve.ts'
import { addSpaceSupport } from './commands/space-support.ts'
import { addTokenConfine } from './commands/token-confine.ts'
import { addTokenCreate } from './commands/token-create.ts'
import { addTokenDelete } from './commands/token-delete.ts'
import { addTokenExamine } from './commands/token-examine.ts'
import { addTokenList } from './commands/token-list.ts'
import { addTokenRevoke } from './commands/token-revoke.ts'
import { addTokenShow } from './commands/token-show.ts'
import { addTokenVerify } from './commands/token-verify.ts'
import { addUserBlock } from './commands/user-block.ts'
import { addUserCreate } from './commands/user-create.ts'
import { addUserList } from './commands/user-list.ts'
import { addVersion, version } from './commands/version.ts'
import { exitCodes } from './exit-code.ts'
import type { Terminal } from './terminal/terminal.ts'

/** The whole command line: `jeton --help` is made of this. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('jeton')
    .description('Jeton issues, confines, verifies and revokes API tokens.')
    .version(`jeton ${version}`, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.writeOut(text),
      writeErr: (text) => terminal.writeError(text),
      outputError: (text, write) => write(withoutValues(text)),
    })
    .showHelpAfterError('Run the command with --help to see how it is used.')
    .helpCommand(false)
  addServe(program, terminal)
  addTokenCommands(program, terminal)
  addUserCommands(program, terminal)
  addSpaceCommands(program, terminal)
  addAccountCommands(program, terminal)
  addClusterCommands(program, terminal)
  addImportCommands(program, terminal)
  addLogin(program, terminal)
  addLogout(program, terminal)
  addVersion(program, terminal)
  return program.addHelpText('after', helpFooter)
}

function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program
    .command('token')
    .description('create, inspect, confine, verify and revoke tokens')
    .helpCommand(false)
  for (const add of [
    addTokenCreate,
    addTokenList,
    addTokenShow,
    addTokenExamine,
    addTokenConfine,
    addTokenVerify,
    addTokenRevoke,
    addTokenDelete,
  ]) {
    add(token, terminal)
  }
  token.addHelpText('after', '\nExample:\n  $ jeton token create laptop --expires-in 30d')
}

function addUserCommands(program: Command, terminal: Terminal): void {
  const user = program.command('user').description('create, list and block users').helpCommand(false)
  for (const add of [addUserCreate, addUserList, addUserBlock]) add(user, terminal)
  user.addHelpText('after', '\nExample:\n  $ jeton user create ada --email ada@example.org')
}

function addSpaceCommands(program: Command, terminal: Terminal): void {
  const space = program.command('space').description('say which provider supports a space').helpCommand(false)
  addSpaceSupport(space, terminal)
  space.addHelpText('after', '\nExample:\n  $ jeton space support <space> <provider> --readonly')
}

function addAccountCommands(program: Command, terminal: Terminal): void {
  const account = program
    .command('account')
    .description('create accounts: each a tenant of its own, apart from all others')
    .helpCommand(false)
  addAccountCreate(account, terminal)
  account.addHelpText('after', '\nExample:\n  $ jeton account create --help')
}

function addClusterCommands(program: Command, terminal: Terminal): void {
  const cluster = program
    .command('cluster')
    .description('look at the servers that share a database')
    .helpCommand(false)
  addClusterStatus(cluster, terminal)
  cluster.addHelpText('after', '\nExample:\n  $ jeton cluster status')
}

function addImportCommands(program: Command, terminal: Terminal): void {
  const imports = program
    .command('import')
    .description('move in from another token authority')
    .helpCommand(false)
  addImportOnezone(imports, terminal)
  imports.addHelpText('after', '\nExample:\n  $ jeton import onezone export.jsonl --dry-run')
}

/** Somebody may have written a password as an option's value; a mistyped option must not print it. */
function withoutValues(message: string): string {
  return message.replace(/^error: /, 'jeton: ').replace(/(unknown option '--?[^'=]*)=.*'/s, "$1=…'")
}

const helpFooter = `
Environment:
  JETON_URL                        the server that commands talk to
  JETON_USERNAME, JETON_PASSWORD   whom they speak as
  JETON_TOKEN                      the same, with an access token
  JETON_CACERT                     certificates to trust the server by

Exit status:
${Object.values(exitCodes)
  .map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`)
  .join('\n')}

Example:
  $ jeton serve
  $ jeton login --username admin
  $ jeton token create laptop --expires-in 30d`
