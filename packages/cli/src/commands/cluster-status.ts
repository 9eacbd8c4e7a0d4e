import type { Command } from 'commander'
import { passwordCredentialFor, type ServerOptions, serverAddress } from '../server/connection.ts'
import { isObject, type JsonObject, text } from '../server/json.ts'
import { notJeton, requestObject } from '../server/request.ts'
import { facts, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addExample, addJsonOption, addServerOptions, type JsonOption, print } from './shared-options.ts'

type Options = ServerOptions & JsonOption

/** `jeton cluster status`: the servers that share a database, as the one that is asked sees them. */
export function addClusterStatus(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('status')
    .description('show the servers that share the database (needs the privilege oz_clusters_list)')
  addJsonOption(addServerOptions(command))
  addExample(command, 'jeton cluster status --url http://127.0.0.1:4600 --username admin')
  command.action((options: Options) => showStatus(terminal, options))
}

async function showStatus(terminal: Terminal, options: Options): Promise<void> {
  const credential = await passwordCredentialFor(terminal, options)
  const server = { ...serverAddress(terminal, options), credential }
  const status = await requestObject(server, { method: 'GET', path: '/v1/cluster' })
  const { node, nodes } = status
  if (!isObject(node) || !Array.isArray(nodes)) throw notJeton(server.url)
  print(terminal, options, status, () => render(status['shared'] === true, node, nodes.filter(isObject)))
}

function render(isShared: boolean, node: JsonObject, nodes: readonly JsonObject[]): string {
  if (!isShared) return 'This server has its database to itself.\n'
  return `${facts([
    ['asked', text(node['id']) || 'without a lease'],
    ['state', node['current'] === true ? `current${trustLeft(node)}` : whyNot(node)],
    ['changes', `${count(node['applied'])} applied of ${count(node['head'])}`],
  ])}\n${table(['NODE', 'ADDRESS', 'STATE', 'APPLIED', 'LAG', 'RENEWAL', 'RENEWED'], nodes.map(row))}`
}

function trustLeft({ trustSecondsLeft }: JsonObject): string {
  return typeof trustSecondsLeft === 'number'
    ? `, for ${trustSecondsLeft.toFixed(1)} s without a renewal`
    : ''
}

function whyNot({ whyNot }: JsonObject): string {
  return `not current: ${WHY_NOT[text(whyNot)] ?? text(whyNot)}`
}

const WHY_NOT: Readonly<Record<string, string>> = {
  no_lease: 'it has no lease',
  lease_ended: 'its lease has ended',
  catching_up: 'it is catching up with the changes',
}

function row(node: JsonObject): readonly string[] {
  const { secondsSinceRenewal: since } = node
  return [
    `${text(node['id'])}${node['self'] === true ? ' *' : ''}`,
    text(node['address']),
    node['fenced'] === true ? 'fenced' : 'alive',
    count(node['applied']),
    count(node['lag']),
    count(node['renewal']),
    typeof since === 'number' ? `${since.toFixed(1)} s ago` : '',
  ]
}

function count(value: unknown): string {
  return typeof value === 'number' ? String(value) : '-'
}
