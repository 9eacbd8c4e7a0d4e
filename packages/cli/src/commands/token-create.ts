import { caveatToJson } from '@jeton/token'
import { type Command, Option } from 'commander'
import { addCaveatOptions, caveatsFrom } from '../caveat-options.ts'
import { CommandFailed } from '../command-failed.ts'
import { passwordCredentialFor, type ServerOptions, serverAddress } from '../server/connection.ts'
import { isObject, type JsonObject, text } from '../server/json.ts'
import { createNamedToken, createTemporaryToken } from '../server/onezone.ts'
import { requestObject } from '../server/request.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  addExample,
  addJsonOption,
  addServerOptions,
  addSubjectOption,
  connect,
  type JsonOption,
  print,
  type SubjectOption,
} from './shared-options.ts'
import { resolveSubject } from './user-argument.ts'

interface Options extends ServerOptions, JsonOption, SubjectOption, Readonly<Record<string, unknown>> {
  readonly audience: 'onezone' | 'astra' | 'sdwan'
  readonly temporary?: boolean
  readonly type: 'access' | 'identity'
  readonly metadata?: string
}

/** `jeton token create`: the token alone goes to standard output, so that a script can keep it. */
export function addTokenCreate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('create')
    .description('issue a token; prints it to standard output, and nothing else there')
    .argument('[name]', 'a name for it, unique among your tokens; none with --temporary and for sdwan')
    .addOption(
      new Option(
        '--audience <api>',
        'onezone; astra or sdwan: for that API, without caveats; for sdwan with all your roles there',
      )
        .choices(['onezone', 'astra', 'sdwan'])
        .default('onezone'),
    )
    .option('--temporary', 'recorded nowhere, at most 30 days; needs --expires-in or --expires-at')
    .addOption(
      new Option('--type <type>', 'access: to call APIs; identity: only to say who you are')
        .choices(['access', 'identity'])
        .default('access'),
    )
    .option('--metadata <json>', 'a JSON object to keep with it')
  addCaveatOptions(command)
  addSubjectOption(command, 'a token')
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    'TOKEN=$(jeton token create laptop --expires-in 30d)',
    'jeton token create --temporary --expires-in 1h',
    'jeton token create --audience astra nightly-report --username admin',
    'jeton token create --audience sdwan --username admin',
  )
  command.action((name: string | undefined, options: Options) => createToken(terminal, name, options))
}

async function createToken(terminal: Terminal, name: string | undefined, options: Options): Promise<void> {
  refuseContradiction(name, options)
  const caveats = caveatsFrom(options, terminal.ambient.now()).map(caveatToJson)
  if (options.audience !== 'onezone') {
    refuseOnezonesOwn(options, caveats.length)
    return createForAudience(terminal, name, options)
  }
  const type = options.type === 'identity' ? { identityToken: {} } : { accessToken: {} }
  const customMetadata = parseMetadata(options.metadata)
  const server = await connect(terminal, options)
  const subject = await resolveSubject(server, options.subject)
  const created =
    name === undefined
      ? await createTemporaryToken(server, subject, { type, caveats })
      : await createNamedToken(server, subject, {
          name,
          type,
          caveats,
          ...(customMetadata && { customMetadata }),
        })
  const what =
    name === undefined ? 'a temporary token' : `'${printable(name)}', id ${text(created['tokenId'])}`
  show(terminal, options, created, what)
}

/** Of the caller himself, who has to prove it with his password: there may be no token yet to ask with. */
async function createForAudience(
  terminal: Terminal,
  name: string | undefined,
  options: Options,
): Promise<void> {
  const credential = await passwordCredentialFor(terminal, options)
  const server = { ...serverAddress(terminal, options), credential }
  const { audience } = options
  const created = await requestObject(server, {
    method: 'POST',
    path: '/v1/me/tokens',
    // Tokens of the SD-WAN API have none; the server takes one and keeps it nowhere.
    body: { audience, ...(name !== undefined && { name }) },
  })
  const what = audience === 'sdwan' ? 'a token' : `'${printable(name ?? '')}'`
  show(terminal, options, created, `${what}, id ${text(created['id'])}`)
}

function show(terminal: Terminal, options: Options, created: JsonObject, what: string): void {
  print(terminal, options, created, () => `${text(created['token'])}\n`)
  if (options.json !== true) terminal.writeError(`Created ${what}. Whoever holds the token can use it.\n`)
}

/** What only tokens of the Onezone can be. A token that is less confined than asked for would be a wrong success. */
function refuseOnezonesOwn({ audience, ...options }: Options, caveats: number): void {
  const given = [
    options.temporary === true ? '--temporary' : undefined,
    options.type === 'identity' ? '--type identity' : undefined,
    options.metadata === undefined ? undefined : '--metadata',
    options.subject === undefined ? undefined : '--subject',
    caveats > 0 ? 'caveats' : undefined,
  ].filter((option) => option !== undefined)
  if (given.length === 0) return
  throw new CommandFailed('usage', `A token for ${audience} cannot have ${given.join(', ')}.`, {
    next: 'Leave them out, or leave out --audience.',
  })
}

function refuseContradiction(name: string | undefined, options: Options): void {
  if (options.temporary !== true && name === undefined && options.audience !== 'sdwan') {
    throw new CommandFailed('usage', 'The token needs a name.', {
      next: 'jeton token create <name>, or --temporary for one without a record.',
    })
  }
  if (options.temporary === true && (name !== undefined || options.metadata !== undefined)) {
    throw new CommandFailed(
      'usage',
      'A temporary token is recorded nowhere: it has no name and no metadata.',
      {
        next: 'Leave out the name and --metadata, or leave out --temporary.',
      },
    )
  }
}

function parseMetadata(json: string | undefined): JsonObject | undefined {
  if (json === undefined) return undefined
  try {
    const metadata: unknown = JSON.parse(json)
    if (isObject(metadata)) return metadata
  } catch {
    // Not JSON: the same answer as for JSON that is no object.
  }
  throw new CommandFailed('usage', '--metadata takes a JSON object.', {
    next: `Write it like '{"team":"web"}'.`,
  })
}
