import { type Command, Option } from 'commander'
import { CommandFailed, type ServerRefusal } from '../command-failed.ts'
import { describeSubject } from '../describe-token.ts'
import { isObject, type JsonObject } from '../server/json.ts'
import { verifyToken } from '../server/onezone.ts'
import { type ServerOptions, serverAddress } from '../server/connection.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addUrlOption, type JsonOption, print } from './shared-options.ts'
import { readTokenText, TOKEN_TEXT_HELP } from './token-argument.ts'

interface Options extends ServerOptions, JsonOption {
  readonly as: 'access' | 'identity'
  readonly peerIp?: string
  readonly interface?: string
  readonly consumerToken?: string
  readonly allowDataAccess?: boolean
}

/** `jeton token verify`: asks the server, as nobody in particular, whether it accepts the token now. */
export function addTokenVerify(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('verify')
    .description('ask the server whether a token is accepted; exit status 4 when it is not')
    .argument('[token]', TOKEN_TEXT_HELP)
    .addOption(new Option('--as <type>', 'what it must be').choices(['access', 'identity']).default('access'))
    .option(
      '--peer-ip <address>',
      'as if it came from this IPv4 address (default: this machine as the server sees it)',
    )
    .addOption(
      new Option('--interface <name>', 'as if it came over this interface').choices([
        'rest',
        'oneclient',
        'graphsync',
      ]),
    )
    .option('--consumer-token <token>', 'identity token of the one who presents it (default: nobody)')
    .option('--allow-data-access', 'accept caveats about data, which only a data service can check')
  addJsonOption(addUrlOption(command))
  addExample(
    command,
    'printf %s "$TOKEN" | jeton token verify',
    'jeton token verify --peer-ip 10.1.2.3 < token.txt',
  )
  command.action((argument: string | undefined, options: Options) => verify(terminal, argument, options))
}

async function verify(terminal: Terminal, argument: string | undefined, options: Options): Promise<void> {
  const token = await readTokenText(terminal, argument)
  const server = { ...serverAddress(terminal, options), credential: undefined }
  try {
    const verdict = await verifyToken(server, options.as, { token, ...context(options) })
    print(terminal, options, { accepted: true, ...verdict }, () => describe(verdict))
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.refusal === undefined || !isVerdict(error.refusal))
      throw error
    throw refused(terminal, options, error.refusal)
  }
}

function context(options: Options): JsonObject {
  return {
    ...(options.peerIp !== undefined && { peerIp: options.peerIp }),
    ...(options.interface !== undefined && { interface: options.interface }),
    ...(options.consumerToken !== undefined && { consumerToken: options.consumerToken }),
    ...(options.allowDataAccess === true && { allowDataAccessCaveats: true }),
  }
}

function describe(verdict: JsonObject): string {
  const { ttl } = verdict
  const life = typeof ttl === 'number' ? `for ${ttl} more seconds` : 'until it is revoked or deleted'
  return `Accepted: it speaks for ${printable(describeSubject(verdict['subject']))}, ${life}.\n`
}

/** What the server says of the token itself; everything else it refuses is about the question. */
const VERDICTS = new Set([
  'tokenInvalid',
  'tokenRevoked',
  'tokenCaveatUnverified',
  'tokenCaveatUnknown',
  'tokenSubjectInvalid',
  'tokenServiceForbidden',
  'tokenSessionInvalid',
  'userBlocked',
  'notAnAccessToken',
  'notAnIdentityToken',
])

function isVerdict({ id, details }: ServerRefusal): boolean {
  if (VERDICTS.has(id)) return true
  // `badValueToken` is about whichever token its key names.
  return id === 'badValueToken' && isObject(details) && details['key'] === 'token'
}

function refused(terminal: Terminal, options: Options, refusal: ServerRefusal): CommandFailed {
  if (options.json === true) {
    const { id, description, details } = refusal
    print(terminal, options, { accepted: false, error: { id, description, details } }, () => '')
  }
  return new CommandFailed('tokenRefused', `Not accepted: ${refusal.description} (${refusal.id})`)
}
