/** What is known of an address. Unknown means no: a caveat that asks is then unmet, whitelist and blacklist alike. */
export interface IpFacts {
  /** The autonomous system that announces the address. */
  readonly asnOf: (ip: string) => number | undefined
  /** ISO 3166-1 alpha-2 country, MaxMind continent code (`AF` … `SA`), and whether the country is in the European Union. */
  readonly countryOf: (
    ip: string,
  ) => { readonly country: string; readonly continent: string; readonly isInEu: boolean } | undefined
}

/** Without a database nothing is known. */
export const noIpFacts: IpFacts = { asnOf: () => undefined, countryOf: () => undefined }
