import { describe, expect, test } from 'bun:test'
import { createPrivateKey } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import type { UnixSeconds } from '../../src/ambient.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { silentLog } from '../../src/log.ts'
import { openTlsPair } from '../../src/tls/certificate-source.ts'
import { readTlsPair, TlsProblem, type TlsPairFiles } from '../../src/tls/tls-pair.ts'
import { newSelfSignedPair } from '../../src/tls/x509.ts'
import { DAY_SECONDS, newPair, writePair } from './support/pairs.ts'

const HOUR_SECONDS = 3600

/** What is logged on the way. */
function openFiles(files: TlsPairFiles) {
  const warnings: string[] = []
  const log = { ...silentLog, warn: (_: unknown, message: string) => warnings.push(message) }
  return { pair: openTlsPair({ kind: 'files', ...files }, systemAmbient, log), warnings }
}

describe('a pair of files', () => {
  test('is taken without a word when nothing is wrong with it', () => {
    const own = newPair()
    const { pair, warnings } = openFiles(writePair(own))
    expect(pair).toMatchObject(own)
    expect(pair.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(warnings).toEqual([])
  })

  test('may be one file, with the chain behind the own certificate', () => {
    const own = newPair()
    const files = writePair(own)
    writeFileSync(files.certificateFile, `${own.key}${own.certificate}${newPair().certificate}`)
    chmodSync(files.certificateFile, 0o600)
    const { pair } = openFiles({ ...files, keyFile: files.certificateFile })
    expect(pair.fingerprint).toBe(readTlsPair(writePair(own)).fingerprint)
  })

  const encrypted = createPrivateKey(newPair().key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  })
  test.each([
    ['the certificate is missing', { certificateFile: '/nowhere/server.crt' }, 'there is no such file'],
    ['the key is missing', { keyFile: '/nowhere/server.key' }, 'there is no such file'],
    ['the certificate is a folder', { certificateFile: '/' }, 'it cannot be read (EISDIR)'],
    ['the certificate is none', { certificate: 'nonsense' }, 'There is no certificate in'],
    [
      'the certificate is damaged',
      { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
      'A certificate in',
    ],
    [
      'one of the chain is damaged',
      { chain: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
      'A certificate in',
    ],
    ['the key is none', { key: 'nonsense' }, 'There is no private key in'],
    ['the key is under a passphrase', { key: encrypted }, 'is under a passphrase'],
    ['the key is of another certificate', { key: newPair().key }, 'is not the one of the certificate'],
  ] as const)('is refused when %s', (_, wrong, message) => {
    const { certificate, key } = newPair()
    const written = { certificate: `${certificate}${'chain' in wrong ? wrong.chain : ''}`, key }
    const files = { ...writePair({ ...written, ...wrong }), ...wrong }
    expect(() => readTlsPair(files)).toThrow(TlsProblem)
    expect(() => readTlsPair(files)).toThrow(message)
  })

  test.each([
    ['has expired', 0, -1, 'the TLS certificate has expired'],
    ['is not valid yet', 2 * HOUR_SECONDS, DAY_SECONDS, 'the TLS certificate is not valid yet'],
  ])('that %s is taken, with a warning', (_, madeInSeconds, ttlSeconds, warning) => {
    const now = () => (systemAmbient.now() + madeInSeconds) as UnixSeconds
    const pair = newSelfSignedPair({ ...systemAmbient, now }, ['localhost'], ttlSeconds)
    expect(openFiles(writePair(pair)).warnings).toEqual([warning])
  })

  test('whose key everybody may read is taken, with a warning', () => {
    const files = writePair(newPair(DAY_SECONDS))
    chmodSync(files.keyFile, 0o644)
    expect(openFiles(files).warnings).toEqual([
      'every user of this machine may read the key of the TLS certificate',
    ])
  })
})
