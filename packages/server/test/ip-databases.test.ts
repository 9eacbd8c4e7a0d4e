import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IpDatabaseProblem, openIpDatabases } from '../src/ip-databases.ts'
import { continentOf, isEuMember } from '../src/ip-regions.ts'
import { encodeAsnDatabase } from '../testing/asn-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'jeton-ip-'))
afterAll(() => rmSync(folder, { recursive: true }))

const asn = join(folder, 'asn.mmdb')
writeFileSync(asn, encodeAsnDatabase({ '192.0.2.0/24': 64500, '198.51.100.128/25': 4_200_000_001 }))
const country = Bun.resolveSync(
  '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb',
  import.meta.dir,
)

describe('an ASN database', () => {
  const { asnOf } = openIpDatabases({ asnDatabaseFile: asn, countryDatabaseFile: undefined })
  const lookups = [
    ['192.0.2.0', 64500],
    ['192.0.2.255', 64500],
    ['192.0.3.0', undefined],
    ['198.51.100.127', undefined],
    ['198.51.100.128', 4_200_000_001],
  ] as const
  for (const [ip, expected] of lookups) {
    test(`says ${expected} of ${ip}`, () => expect(asnOf(ip)).toBe(expected))
  }
})

describe('a country database that names countries alone', () => {
  const { countryOf } = openIpDatabases({ asnDatabaseFile: undefined, countryDatabaseFile: country })
  test('gives country, continent and membership in the European Union', () => {
    expect(countryOf('8.8.8.8')).toEqual({ country: 'US', continent: 'NA', isInEu: false })
    expect(countryOf('193.0.6.139')).toEqual({ country: 'NL', continent: 'EU', isInEu: true })
  })
  test('knows nothing of a private address', () => expect(countryOf('10.0.0.1')).toBeUndefined())
})

test('without a database nothing is known of any address', () => {
  const { asnOf, countryOf } = openIpDatabases({ asnDatabaseFile: undefined, countryDatabaseFile: undefined })
  expect([asnOf('8.8.8.8'), countryOf('8.8.8.8')]).toEqual([undefined, undefined])
})

describe('a start refuses', () => {
  const garbage = join(folder, 'garbage.mmdb')
  writeFileSync(garbage, 'not a database')
  for (const path of [join(folder, 'missing.mmdb'), garbage]) {
    test(`${path.split('/').at(-1)}, naming the file`, () => {
      expect(() => openIpDatabases({ asnDatabaseFile: path, countryDatabaseFile: undefined })).toThrow(
        IpDatabaseProblem,
      )
      expect(() => openIpDatabases({ asnDatabaseFile: path, countryDatabaseFile: undefined })).toThrow(path)
    })
  }
})

test('every member of the European Union is a European or Asian country', () => {
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  const members = letters.flatMap((first) => letters.map((second) => first + second)).filter(isEuMember)
  expect(members).toHaveLength(27)
  for (const member of members) expect(['EU', 'AS']).toContain(continentOf(member) ?? 'unknown')
})
