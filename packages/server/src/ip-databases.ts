import { readFileSync } from 'node:fs'
import { type AsnResponse, type CountryResponse, Reader } from 'mmdb-lib'
import type { IpFacts } from './authority/ip-facts.ts'
import { continentOf, isEuMember } from './ip-regions.ts'

/** A database file that the configuration names cannot be used; the message says which and why. */
export class IpDatabaseProblem extends Error {
  override readonly name = 'IpDatabaseProblem'
}

export interface IpDatabaseFiles {
  readonly asnDatabaseFile: string | undefined
  readonly countryDatabaseFile: string | undefined
}

/**
 * Looks addresses up in MaxMind-format files, read whole at the start.
 * @param files absent: nothing is known, so every `asn` or `geo.*` caveat is unmet
 * @throws {IpDatabaseProblem}
 */
export function openIpDatabases({ asnDatabaseFile, countryDatabaseFile }: IpDatabaseFiles): IpFacts {
  const asn = asnDatabaseFile === undefined ? undefined : open<AsnResponse>(asnDatabaseFile)
  const countries = countryDatabaseFile === undefined ? undefined : open<CountryResponse>(countryDatabaseFile)
  return {
    asnOf: (ip) => asn?.get(ip)?.autonomous_system_number,
    countryOf: (ip) => {
      const found: CountryRecord | null | undefined = countries?.get(ip)
      // CC0 sets name the country alone, at the top level, where MaxMind nests it and adds the continent.
      const country = found?.country?.iso_code ?? found?.country_code
      const continent = found?.continent?.code ?? continentOf(country ?? '')
      if (country === undefined || continent === undefined) return undefined
      return { country, continent, isInEu: found?.country?.is_in_european_union ?? isEuMember(country) }
    },
  }
}

type CountryRecord = Partial<CountryResponse> & { readonly country_code?: string }

function open<Response extends AsnResponse | CountryResponse>(path: string): Reader<Response> {
  try {
    return new Reader<Response>(readFileSync(path))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new IpDatabaseProblem(`${path} is not a usable MaxMind-format database: ${reason}`, { cause })
  }
}
