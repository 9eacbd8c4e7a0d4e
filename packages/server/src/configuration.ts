import { ConfigurationProblem } from './configuration-problem.ts'
import { type Setting, variableOf } from './configuration-setting.ts'
import { SETTINGS } from './configuration-settings.ts'
import { type ConfigurationSources, readWritten, type Written } from './configuration-sources.ts'
import type { Cidr } from './http/cidr.ts'
import type { HttpLimits } from './http/limits.ts'
import type { LogLevel } from './log-level.ts'
import type { SessionTerms } from './operators/session-terms.ts'
import type { TlsSource } from './tls/certificate-source.ts'

/** What a node is told from outside, read once. */
export interface Configuration {
  readonly dataFolder: string
  /** May hold a password: never to be printed. `undefined`: SQLite in the data folder. */
  readonly databaseUrl: string | undefined
  /** Lower case, without port. */
  readonly zoneDomain: string
  readonly masterKeyFile: string | undefined
  /** 32 bytes, never to be printed. */
  readonly masterKey: Uint8Array | undefined
  readonly administrator: {
    readonly username: string
    readonly email: string
    readonly password: string | undefined
  }
  readonly maxTemporaryTtlSeconds: number
  readonly sdwan: SessionTerms
  /** Of the Onezone API; each user's own permission comes on top. */
  readonly isBasicAuthEnabled: boolean
  readonly asnDatabaseFile: string | undefined
  readonly countryDatabaseFile: string | undefined
  readonly minFreeDiskBytes: number
  readonly maxRememberedBytes: number
  readonly logLevel: LogLevel
  /** `undefined`: plain HTTP. */
  readonly tls: TlsSource | undefined
  readonly http: {
    readonly host: string
    readonly port: number
    readonly trustedProxies: readonly Cidr[]
    readonly accessLog: boolean
    readonly stopTimeoutSeconds: number
    readonly limits: HttpLimits
  }
}

type Settings = typeof SETTINGS
type Values = {
  readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never
}

/**
 * Flags beat the environment, which beats the file (`--config FILE`, `JETON_CONFIG`, else `jeton.toml` in the working
 * directory when there is one), which beats the defaults.
 *
 * @throws {ConfigurationProblem} for an unknown key or variable, and for a value that is not allowed
 */
export function readConfiguration(sources: ConfigurationSources): Configuration {
  const written = readWritten(sources, Object.values<Setting>(SETTINGS))
  const values = Object.fromEntries(
    Object.entries<Setting>(SETTINGS).map(([name, setting]) => [
      name,
      valueOf(setting, written.get(setting.key)),
    ]),
    // Proof: one entry for each setting, parsed by the setting of that name.
  ) as Values
  refuseContradictions(values, written)
  return arrange(values)
}

function valueOf(setting: Setting, written: Written | undefined): unknown {
  if (written === undefined) return setting.fallback
  // Proof: readWritten hands out what the setting's kind says, which is what its parser takes.
  const value = setting.parse(written.value as never)
  if (value !== undefined) return value
  const shown = setting.isSecret ? 'its value' : JSON.stringify(written.value)
  throw new ConfigurationProblem(`${written.source}: ${shown} is not allowed; allowed: ${setting.allowed}.`)
}

function refuseContradictions(values: Values, written: ReadonlyMap<string, Written>): void {
  if (values.bodyTimeoutSeconds >= values.idleTimeoutSeconds) {
    const source = (written.get('body-timeout-seconds') ?? written.get('idle-timeout-seconds'))?.source
    throw new ConfigurationProblem(
      `${source}: body-timeout-seconds (${values.bodyTimeoutSeconds}) must be less than idle-timeout-seconds (${values.idleTimeoutSeconds}).`,
    )
  }
  refuseTtlContradictions(values, written)
  refuseTlsContradictions(values, written)
  if (values.masterKey !== undefined && values.masterKeyFile !== undefined) {
    const source = written.get('master-key-file')?.source
    throw new ConfigurationProblem(
      `${source}: ${variableOf(SETTINGS.masterKey)} is set too, and only one of the two can hold the master key.`,
    )
  }
}

function refuseTtlContradictions(values: Values, written: ReadonlyMap<string, Written>): void {
  const { sdwanDefaultTokenTtlSeconds: byDefault, sdwanMaxTokenTtlSeconds: longest } = values
  if (longest === 0 || byDefault <= longest) return
  const source = (
    written.get('sdwan-default-token-ttl-seconds') ?? written.get('sdwan-max-token-ttl-seconds')
  )?.source
  throw new ConfigurationProblem(
    `${source}: sdwan-default-token-ttl-seconds (${byDefault}) must not be more than sdwan-max-token-ttl-seconds (${longest}).`,
  )
}

function refuseTlsContradictions(values: Values, written: ReadonlyMap<string, Written>): void {
  const { tlsCertificateFile, tlsKeyFile, isTlsSelfSigned } = values
  if ((tlsCertificateFile === undefined) !== (tlsKeyFile === undefined)) {
    const [given, missing] = tlsKeyFile === undefined ? ['tls-cert', 'tls-key'] : ['tls-key', 'tls-cert']
    throw new ConfigurationProblem(`${written.get(given)?.source}: ${missing} is needed with it.`)
  }
  if (isTlsSelfSigned && tlsCertificateFile !== undefined) {
    throw new ConfigurationProblem(
      `${written.get('tls-self-signed')?.source}: tls-cert is set too, and only one of the two can be the certificate.`,
    )
  }
}

function arrange(values: Values): Configuration {
  const { adminUsername, adminEmail, adminPassword } = values
  const { host, port, trustedProxies, accessLog, stopTimeoutSeconds } = values
  return {
    dataFolder: values.dataFolder,
    databaseUrl: values.databaseUrl,
    zoneDomain: values.zoneDomain,
    masterKeyFile: values.masterKeyFile,
    masterKey: values.masterKey,
    administrator: { username: adminUsername, email: adminEmail, password: adminPassword },
    maxTemporaryTtlSeconds: values.maxTemporaryTtlSeconds,
    sdwan: sessionTermsOf(values),
    isBasicAuthEnabled: values.isBasicAuthEnabled,
    asnDatabaseFile: values.asnDatabaseFile,
    countryDatabaseFile: values.countryDatabaseFile,
    minFreeDiskBytes: values.minFreeDiskBytes,
    maxRememberedBytes: values.maxRememberedBytes,
    logLevel: values.logLevel,
    tls: tlsOf(values),
    http: { host, port, trustedProxies, accessLog, stopTimeoutSeconds, limits: limitsOf(values) },
  }
}

function sessionTermsOf(values: Values): SessionTerms {
  return {
    region: values.sdwanRegion,
    maxActiveTokens: values.sdwanMaxActiveTokens,
    // 0: none.
    defaultTokenTtlSeconds: values.sdwanDefaultTokenTtlSeconds || undefined,
    maxTokenTtlSeconds: values.sdwanMaxTokenTtlSeconds || undefined,
    loginTtlSeconds: values.sdwanLoginTtlSeconds,
  }
}

function tlsOf(values: Values): TlsSource | undefined {
  const { tlsCertificateFile: certificateFile, tlsKeyFile: keyFile, dataFolder, host, zoneDomain } = values
  if (certificateFile !== undefined && keyFile !== undefined)
    return { kind: 'files', certificateFile, keyFile }
  if (!values.isTlsSelfSigned) return undefined
  return {
    kind: 'self_signed',
    dataFolder,
    names: EVERY_ADDRESS.has(host) ? [zoneDomain] : [zoneDomain, host],
  }
}

/** To listen at; none that a client could call. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

function limitsOf(values: Values): HttpLimits {
  const { maxBodyBytes, maxHeaderValueBytes, maxUrlBytes, maxRequestsInFlight } = values
  const { maxLargeRequestsInFlight, maxConnections, bodyTimeoutSeconds, idleTimeoutSeconds } = values
  return {
    maxBodyBytes,
    maxHeaderValueBytes,
    maxUrlBytes,
    maxRequestsInFlight,
    maxLargeRequestsInFlight,
    maxConnections,
    bodyTimeoutSeconds,
    idleTimeoutSeconds,
  }
}
