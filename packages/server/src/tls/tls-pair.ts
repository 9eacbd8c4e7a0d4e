import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import type { UnixSeconds } from '../ambient.ts'

/** What a server shows of itself, and the key that proves it. */
export interface TlsPair {
  /** PEM: its own certificate first, then those that lead to an authority. */
  readonly certificate: string
  /** PEM, without a passphrase. A secret. */
  readonly key: string
  /** SHA-256 of its own certificate, `AB:CD:…`: what a client may compare who trusts no authority. */
  readonly fingerprint: string
  readonly validFrom: UnixSeconds
  readonly validUntil: UnixSeconds
  /** Whether that host name or address stands in the certificate, as it is and not by a pattern. */
  readonly names: (name: string) => boolean
}

/** Where a pair is kept. Both may be one file. */
export interface TlsPairFiles {
  readonly certificateFile: string
  readonly keyFile: string
}

/** Why there is no certificate to start with; one line for the operator that names the file and never quotes it. */
export class TlsProblem extends Error {
  override readonly name = 'TlsProblem'
}

/** @throws {TlsProblem} when a file is missing or is not what it should be, and when the two do not belong together */
export function readTlsPair({ certificateFile, keyFile }: TlsPairFiles): TlsPair {
  const certificate = readText(certificateFile, 'certificate')
  const key = readText(keyFile, 'key of the certificate')
  const own = parseCertificates(certificate, certificateFile)
  if (!own.checkPrivateKey(parseKey(key, keyFile))) {
    throw new TlsProblem(
      `The key in ${keyFile} is not the one of the certificate in ${certificateFile}. ` +
        'Where that file holds a chain, the own certificate comes first.',
    )
  }
  return {
    certificate,
    key,
    fingerprint: own.fingerprint256,
    validFrom: seconds(own.validFromDate),
    validUntil: seconds(own.validToDate),
    names: (name) => namesHost(own, name),
  }
}

/** The runtime's own look-up takes patterns, but not every host name that a request may have. */
function namesHost(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined
  return (certificate.subjectAltName ?? '').split(', ').includes(`DNS:${name}`)
}

const OTHERS = 0o007

/** Whether every user of the machine may read the key. A group may be meant to: that of the program that renews it. */
export function isReadableByAll(keyFile: string): boolean {
  return (statSync(keyFile).mode & OTHERS) !== 0
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (cause) {
    const code = codeOf(cause)
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw new TlsProblem(`The ${what} is expected in ${file}: ${why}.`, { cause })
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** Each of them, for the runtime finds out about a broken one only when it starts to listen. @returns the first */
function parseCertificates(text: string, file: string): X509Certificate {
  const [own] = (text.match(CERTIFICATE) ?? []).map((each) => parseCertificate(each, file))
  if (own === undefined) throw new TlsProblem(`There is no certificate in ${file}: PEM is expected.`)
  return own
}

function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new TlsProblem(`A certificate in ${file} is damaged.`, { cause })
  }
}

function parseKey(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch (cause) {
    if (codeOf(cause) === 'ERR_MISSING_PASSPHRASE') {
      throw new TlsProblem(`The key in ${file} is under a passphrase, and nobody is there to give it.`, {
        cause,
      })
    }
    throw new TlsProblem(`There is no private key in ${file}: PEM is expected.`, { cause })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

function seconds(date: { getTime(): number }): UnixSeconds {
  // Safe as a brand: certificates count in whole seconds.
  return Math.floor(date.getTime() / 1000) as UnixSeconds
}
