import type { Ambient } from '../ambient.ts'
import type { Log } from '../log.ts'
import { ensureSelfSignedPair } from './self-signed.ts'
import { isReadableByAll, readTlsPair, type TlsPair, type TlsPairFiles } from './tls-pair.ts'

/** Where the listener's certificate comes from. */
export type TlsSource =
  | ({ readonly kind: 'files' } & TlsPairFiles)
  /** Made here, signed by itself. `names`: what clients may call the server by. */
  | { readonly kind: 'self_signed'; readonly dataFolder: string; readonly names: readonly string[] }

/**
 * The pair as it is there now. What is wrong with it and does not keep anybody from using it goes to the log: clients
 * say no to a certificate that has expired, and a server that stops for it would say no to all of them.
 * @throws {TlsProblem}
 */
export function openTlsPair(source: TlsSource, ambient: Ambient, log: Log): TlsPair {
  const pair = source.kind === 'files' ? readOwn(source, log) : makeOwn(source, ambient, log)
  const { fingerprint, validFrom, validUntil } = pair
  const now = ambient.now()
  if (validUntil <= now) log.warn({ fingerprint, validUntil }, 'the TLS certificate has expired')
  if (validFrom > now) log.warn({ fingerprint, validFrom }, 'the TLS certificate is not valid yet')
  return pair
}

function readOwn(files: TlsPairFiles, log: Log): TlsPair {
  const pair = readTlsPair(files)
  if (isReadableByAll(files.keyFile)) {
    log.warn({ file: files.keyFile }, 'every user of this machine may read the key of the TLS certificate')
  }
  return pair
}

function makeOwn(
  { dataFolder, names }: Extract<TlsSource, { readonly kind: 'self_signed' }>,
  ambient: Ambient,
  log: Log,
): TlsPair {
  const { pair, isNew } = ensureSelfSignedPair(dataFolder, names, ambient)
  const { fingerprint, validUntil } = pair
  if (isNew) log.info({ fingerprint, validUntil }, 'a self-signed TLS certificate has been made')
  return pair
}
