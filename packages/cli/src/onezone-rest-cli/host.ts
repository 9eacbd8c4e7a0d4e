import type { Terminal } from '../terminal/terminal.ts'
import { usage } from './command-line.ts'

const EXAMPLE = 'https://zone.example.org'

/**
 * The address of the server, without a slash at its end.
 * @throws {CommandFailed} `usage`
 */
export function hostOf(option: string | undefined, { environment }: Terminal): string {
  const text = option ?? environment['ONEZONE_HOST'] ?? ''
  if (text === '') throw usage('No server is named.', `Set ONEZONE_HOST, or add --host ${EXAMPLE}.`)
  const source = option === undefined ? 'ONEZONE_HOST' : '--host'
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw usage(`${source} is not the address of a server.`, `Write it with its scheme, like ${EXAMPLE}.`)
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usage(`${source} holds more than an address.`, 'Credentials go into -u or ONEZONE_API_KEY.')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
