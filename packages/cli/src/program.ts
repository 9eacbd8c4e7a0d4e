import { Command } from 'commander'
import { addClientCreate } from './commands/client-create.ts'
import { addClientDelete } from './commands/client-delete.ts'
import { addClientList } from './commands/client-list.ts'
import { addClusterStatus } from './commands/cluster-status.ts'
import { addImportOnezone } from './commands/import-onezone.ts'
import { addLogin, addLogout } from './commands/login.ts'
import { addRoleCreate } from './commands/role-create.ts'
import { addRoleDelete } from './commands/role-delete.ts'
import { addRoleList } from './commands/role-list.ts'
import { addRoleSet } from './commands/role-set.ts'
import { addRoleShow } from './commands/role-show.ts'
import { addServe } from './commands/serve.ts'
import { addSpaceSupport } from './commands/space-support.ts'
import { addTenantCreate } from './commands/tenant-create.ts'
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
  addTenantCommands(program, terminal)
  addRoleCommands(program, terminal)
  addClientCommands(program, terminal)
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

/** One command under two words: the second is what the Astra Control API calls a tenant. */
function addTenantCommands(program: Command, terminal: Terminal): void {
  for (const word of ['tenant', 'account']) {
    const tenant = program
      .command(word)
      .description(`create ${word}s: each apart from all others, in every API`)
      .helpCommand(false)
    addTenantCreate(tenant, terminal)
    tenant.addHelpText('after', `\nExample:\n  $ jeton ${word} create --help`)
  }
}

function addRoleCommands(program: Command, terminal: Terminal): void {
  const role = program
    .command('role')
    .description('list, create, change and delete custom roles of the SD-WAN API')
    .helpCommand(false)
  for (const add of [addRoleList, addRoleShow, addRoleCreate, addRoleSet, addRoleDelete]) add(role, terminal)
  role.addHelpText('after', '\nExample:\n  $ jeton role create site_reader --base tenant_viewonly')
}

function addClientCommands(program: Command, terminal: Terminal): void {
  const client = program
    .command('client')
    .description('create, list and delete clients: programs with an id and a secret of their own')
    .helpCommand(false)
  for (const add of [addClientCreate, addClientList, addClientDelete]) add(client, terminal)
  client.addHelpText('after', '\nExample:\n  $ jeton client create nightly --role tenant_viewonly')
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
