import { describe, expect, test } from 'bun:test'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import type { UnixSeconds } from '../../src/ambient.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { ensureSelfSignedPair, selfSignedFiles } from '../../src/tls/self-signed.ts'
import { TlsProblem } from '../../src/tls/tls-pair.ts'
import { newSelfSignedPair } from '../../src/tls/x509.ts'
import { DAY_SECONDS, newFolder } from './support/pairs.ts'

/** This machine's own, but for the clock. */
function ambientAt(iso: string) {
  const now = (Temporal.Instant.from(iso).epochMilliseconds / 1000) as UnixSeconds
  return { ...systemAmbient, now: () => now }
}

describe('a self-signed certificate', () => {
  const NAMES = ['zone.example.org', '192.0.2.7', '2001:db8::7']
  const ambient = ambientAt('2030-05-06T07:08:09Z')
  const { certificate, key } = newSelfSignedPair(ambient, NAMES, DAY_SECONDS)
  const parsed = new X509Certificate(certificate)

  test('is signed with its own key', () => {
    expect(parsed.verify(parsed.publicKey)).toBe(true)
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(parsed.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
  })

  test('is for the names that it was made for, and for no other', () => {
    expect(parsed.subjectAltName).toBe(
      'DNS:zone.example.org, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7',
    )
    expect(parsed.checkHost('zone.example.org')).toBe('zone.example.org')
    expect(parsed.checkHost('example.org')).toBeUndefined()
    expect(parsed.checkIP('192.0.2.8')).toBeUndefined()
  })

  test('signs no other certificate', () => expect(parsed.ca).toBe(false))

  test('holds from an hour ago for as long as asked', () => {
    expect(parsed.validFrom).toBe('May  6 06:08:09 2030 GMT')
    expect(parsed.validTo).toBe('May  7 07:08:09 2030 GMT')
  })

  test('writes a year from 2050 on with four digits', () => {
    const late = newSelfSignedPair(ambientAt('2049-12-31T12:00:00Z'), NAMES, DAY_SECONDS)
    const { validFrom, validTo } = new X509Certificate(late.certificate)
    expect([validFrom, validTo]).toEqual(['Dec 31 11:00:00 2049 GMT', 'Jan  1 12:00:00 2050 GMT'])
  })

  test.each([1, 10, 100, 1000])('may have %d names', (count) => {
    const names = Array.from({ length: count }, (_, index) => `host-${index}.${'long.'.repeat(12)}example`)
    const { subjectAltName } = new X509Certificate(newSelfSignedPair(ambient, names, DAY_SECONDS).certificate)
    expect(subjectAltName).toBe(names.map((name) => `DNS:${name}`).join(', '))
  })

  test('has a number of its own', () => {
    const another = new X509Certificate(newSelfSignedPair(ambient, NAMES, DAY_SECONDS).certificate)
    expect(another.serialNumber).not.toBe(parsed.serialNumber)
    expect(another.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
  })
})

/** What is different when the pair is asked for again. */
interface Later {
  readonly days?: number
  readonly names?: string[]
  readonly damaged?: string
}

describe('the self-signed pair of a data folder', () => {
  const ensure = (folder: string, names = ['zone.example'], ambient = systemAmbient) =>
    ensureSelfSignedPair(folder, names, ambient)

  test('is readable for its owner alone', () => {
    const folder = newFolder()
    ensure(folder)
    const { certificateFile, keyFile } = selfSignedFiles(folder)
    for (const file of [certificateFile, keyFile]) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('knows the names asked for and those that every machine has', () => {
    const { pair } = ensure(newFolder())
    for (const name of ['zone.example', 'localhost', '127.0.0.1', '::1']) expect(pair.names(name)).toBe(true)
  })

  test.each([['zone.example'], ['under_score'], ['a..b'], ['192.0.2.7'], ['::1']])(
    'stays the same from start to start of a server called %s',
    (name) => {
      const folder = newFolder()
      const first = ensure(folder, [name])
      const second = ensure(folder, [name])
      expect([first.isNew, second.isNew]).toEqual([true, false])
      expect(second.pair.fingerprint).toBe(first.pair.fingerprint)
    },
  )

  const { certificateFile, keyFile } = selfSignedFiles('')
  test.each([
    ['it has expired', { days: 400 }],
    ['it will within 30 days', { days: 340 }],
    ['the server has another name', { names: ['other.example'] }],
    ['its key is damaged', { damaged: keyFile }],
    ['its certificate is damaged', { damaged: certificateFile }],
  ] satisfies [string, Later][])('is made anew when %s', (_, { days = 0, names, damaged }: Later) => {
    const folder = newFolder()
    const first = ensure(folder)
    if (damaged !== undefined) writeFileSync(`${folder}/${damaged}`, 'damaged')
    const later = () => (systemAmbient.now() + days * DAY_SECONDS) as UnixSeconds
    const second = ensure(folder, names, { ...systemAmbient, now: later })
    expect(second.isNew).toBe(true)
    expect(second.pair.fingerprint).not.toBe(first.pair.fingerprint)
    expect(readFileSync(selfSignedFiles(folder).certificateFile, 'utf8')).toBe(second.pair.certificate)
  })

  test('that cannot be written is a problem that names the file', () => {
    const file = `${newFolder()}/file`
    writeFileSync(file, '')
    expect(() => ensure(file)).toThrow(TlsProblem)
    expect(() => ensure(file)).toThrow(/self-signed\.key cannot be written \(E(NOTDIR|EXIST)\)/)
  })
})
