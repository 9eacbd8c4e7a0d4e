import type { Command } from 'commander'
import { passwordCredentialFor, type ServerOptions, serverUrl } from '../server/connection.ts'
import { request } from '../server/request.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

interface Options extends ServerOptions, JsonOption {
  readonly readonly?: boolean
  readonly end?: boolean
}

/** `jeton space support`: which provider keeps a space's data, which no call of Onezone's own says. */
export function addSpaceSupport(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('support')
    .description('record that a provider supports a space (needs oz_spaces_add_relationships)')
    .argument('<space>', 'id of the space')
    .argument('<provider>', 'id of the provider')
    .option('--readonly', 'the provider only lets read')
    .option('--end', 'the provider supports it no more (needs oz_spaces_remove_relationships)')
  addJsonOption(addServerOptions(command))
  addExample(
    command,
    'jeton space support <space> <provider>',
    'jeton space support <space> <provider> --end',
  )
  command.action((space: string, provider: string, options: Options) =>
    supportSpace(terminal, space, provider, options),
  )
}

async function supportSpace(
  terminal: Terminal,
  spaceId: string,
  providerId: string,
  options: Options,
): Promise<void> {
  const credential = await passwordCredentialFor(terminal, options)
  const server = { url: serverUrl(terminal, options), credential }
  const path = `/v1/onezone/spaces/${encodeURIComponent(spaceId)}/supports/${encodeURIComponent(providerId)}`
  const supported = options.end !== true
  const readonly = options.readonly === true
  await request(server, supported ? { method: 'PUT', path, body: { readonly } } : { method: 'DELETE', path })
  print(
    terminal,
    options,
    { spaceId, providerId, supported, ...(supported && { readonly }) },
    () => `${sentence(spaceId, providerId, supported, readonly)}\n`,
  )
}

function sentence(spaceId: string, providerId: string, supported: boolean, readonly: boolean): string {
  if (!supported) return `Provider ${providerId} no longer supports space ${spaceId}.`
  return `Provider ${providerId} supports space ${spaceId}${readonly ? ', for reading only' : ''}.`
}
