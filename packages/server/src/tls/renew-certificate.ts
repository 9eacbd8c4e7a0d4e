import type { Ambient } from '../ambient.ts'
import type { HttpServer } from '../http/start-http.ts'
import type { Log } from '../log.ts'
import { openTlsPair, type TlsSource } from './certificate-source.ts'
import { TlsProblem } from './tls-pair.ts'

/**
 * Takes the certificate anew from where it comes from. What cannot be used leaves the one before it in its place: a
 * slip in a file must not take a running server off the network.
 */
export function renewCertificate(
  source: TlsSource,
  http: Pick<HttpServer, 'present'>,
  ambient: Ambient,
  log: Log,
): void {
  try {
    const pair = openTlsPair(source, ambient, log)
    http.present(pair)
    const { fingerprint, validUntil } = pair
    log.info({ fingerprint, validUntil }, 'new connections are shown this TLS certificate')
  } catch (error) {
    const message = 'the TLS certificate stays the one that it was'
    if (error instanceof TlsProblem) log.error({ reason: error.message }, message)
    else log.bug(error, {}, message)
  }
}
