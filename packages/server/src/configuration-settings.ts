import { flag, integer, list, text, type Setting } from './configuration-setting.ts'
import { isAcceptablePassword, isEmail, isUsername } from './directory/user-rules.ts'
import { parseCidr } from './http/cidr.ts'
import { parseHostName } from './http/host-name.ts'
import { DEFAULT_HTTP_LIMITS } from './http/limits.ts'
import { LOG_LEVELS, type LogLevel } from './log-level.ts'
import { parseMasterKey } from './master-key.ts'
import { isRegion } from './operators/session-text.ts'

const MEBIBYTE = 1_048_576
const GIBIBYTE = 1024 * MEBIBYTE
/** A century. */
const MAX_TOKEN_TTL_SECONDS = 3_155_760_000

/** Every key there is, in the order of the help text. Flags, variables, the file's keys and the reference page are made from it. */
export const SETTINGS = {
  dataFolder: text({
    key: 'data',
    placeholder: 'FOLDER',
    help: 'Where the database and the master key are kept. One process at a time.',
    allowed: 'a folder',
    fallback: './jeton-data',
    fallbackText: './jeton-data',
    parse: anyText,
  }),
  databaseUrl: text<string | undefined>({
    key: 'database-url',
    placeholder: 'URL',
    help: 'A PostgreSQL database for a cluster, instead of SQLite in the data folder.',
    allowed: 'postgres://user@host/database',
    fallback: undefined,
    isSecret: true,
    parse: (value) => (isPostgresUrl(value) ? value : undefined),
  }),
  host: text({
    key: 'host',
    placeholder: 'ADDRESS',
    help: 'Where to listen. 0.0.0.0 is every IPv4 address, :: every address: with TLS, or with TLS in front.',
    allowed: 'an address or a name of this machine',
    fallback: '127.0.0.1',
    fallbackText: '127.0.0.1',
    parse: anyText,
  }),
  port: integer({
    key: 'port',
    help: 'The TCP port to listen on. 0 takes any free one.',
    min: 0,
    max: 65_535,
    fallback: 4600,
  }),
  tlsCertificateFile: text<string | undefined>({
    key: 'tls-cert',
    placeholder: 'FILE',
    help: 'Listen with TLS only, with this certificate and the chain behind it. SIGHUP reads it anew. Needs tls-key.',
    allowed: 'a PEM file',
    fallback: undefined,
    parse: anyText,
  }),
  tlsKeyFile: text<string | undefined>({
    key: 'tls-key',
    placeholder: 'FILE',
    help: 'The key of that certificate, without a passphrase.',
    allowed: 'a PEM file',
    fallback: undefined,
    parse: anyText,
  }),
  isTlsSelfSigned: flag({
    key: 'tls-self-signed',
    help: 'For trying out: TLS with a certificate that is made in the data folder and signed by itself.',
    fallback: false,
  }),
  trustedProxies: list({
    key: 'trusted-proxies',
    placeholder: 'CIDR,…',
    help: 'Proxies whose X-Forwarded-For and X-Forwarded-Host are believed.',
    allowed: 'addresses and blocks such as 10.0.0.0/8 or fd00::/8',
    parseItem: parseCidr,
  }),
  zoneDomain: text({
    key: 'zone-domain',
    placeholder: 'DOMAIN',
    help: "The default tenant's domain: stands in tokens and in Location headers.",
    allowed: 'a host name without port',
    fallback: 'localhost',
    fallbackText: 'localhost',
    parse: (value) => (value.includes(':') ? undefined : parseHostName(value)),
  }),
  masterKeyFile: text<string | undefined>({
    key: 'master-key-file',
    placeholder: 'FILE',
    help: 'The key that seals the root keys. Made at the first start, with mode 0600. By default master.key in the data folder.',
    allowed: 'a file',
    fallback: undefined,
    parse: anyText,
  }),
  masterKey: text<Uint8Array | undefined>({
    key: 'master-key',
    placeholder: 'BASE64',
    help: 'The master key itself, instead of a file.',
    allowed: 'base64 of 32 bytes',
    fallback: undefined,
    isEnvironmentOnly: true,
    isSecret: true,
    parse: masterKeyOf,
  }),
  adminUsername: text({
    key: 'admin-username',
    placeholder: 'NAME',
    help: 'The administrator that the first start makes.',
    allowed: '2 to 32 letters, digits, dots, hyphens, underscores; the first and the last a letter or digit',
    fallback: 'admin',
    fallbackText: 'admin',
    parse: (value) => (isUsername(value) ? value : undefined),
  }),
  adminEmail: text({
    key: 'admin-email',
    placeholder: 'EMAIL',
    help: "That administrator's e-mail address.",
    allowed: 'an e-mail address',
    fallback: 'admin@example.org',
    fallbackText: 'admin@example.org',
    parse: (value) => (isEmail(value) ? value : undefined),
  }),
  adminPassword: text<string | undefined>({
    key: 'admin-password',
    placeholder: 'PASSWORD',
    help: "That administrator's password. By default one is generated and printed once.",
    allowed: '8 to 1024 bytes',
    fallback: undefined,
    isEnvironmentOnly: true,
    isSecret: true,
    parse: (value) => (isAcceptablePassword(value) ? value : undefined),
  }),
  maxTemporaryTtlSeconds: integer({
    key: 'max-temporary-ttl-seconds',
    help: 'The longest life that a temporary token may be given. The default is 30 days.',
    min: 1,
    max: 31_536_000_000,
    fallback: 2_592_000,
  }),
  isBasicAuthEnabled: flag({
    key: 'basic-auth',
    help: 'Whether the Onezone API takes passwords. Off: tokens only there, whatever a user is allowed.',
    fallback: true,
  }),
  sdwanRegion: text({
    key: 'sdwan-region',
    placeholder: 'NAME',
    help: 'The region in the text of SD-WAN tokens: clients put it into the host name that they call, unless it is there.',
    allowed: '1 to 32 letters and digits',
    // The Python client finds it in 127.0.0.1, and calls no other host then.
    fallback: '0',
    fallbackText: '0',
    parse: (value) => (isRegion(value) ? value : undefined),
  }),
  sdwanMaxActiveTokens: integer({
    key: 'sdwan-max-active-tokens',
    help: 'How many SD-WAN auth tokens that have not expired an operator may hold.',
    min: 1,
    max: 10_000,
    fallback: 10,
  }),
  sdwanDefaultTokenTtlSeconds: integer({
    key: 'sdwan-default-token-ttl-seconds',
    help: 'The life of an SD-WAN auth token that is made without saying until when. 0: as long as any may live.',
    min: 0,
    max: MAX_TOKEN_TTL_SECONDS,
    fallback: 0,
  }),
  sdwanMaxTokenTtlSeconds: integer({
    key: 'sdwan-max-token-ttl-seconds',
    help: 'The longest life of an SD-WAN auth token. 0: for ever, until it is deleted.',
    min: 0,
    max: MAX_TOKEN_TTL_SECONDS,
    fallback: 0,
  }),
  sdwanLoginTtlSeconds: integer({
    key: 'sdwan-login-ttl-seconds',
    help: 'How long an SD-WAN session lasts that was opened with a password. The default is 8 hours.',
    min: 1,
    max: 31_536_000,
    fallback: 28_800,
  }),
  asnDatabaseFile: text<string | undefined>({
    key: 'asn-database',
    placeholder: 'FILE',
    help: 'A MaxMind-format file that knows autonomous systems. Without one no asn caveat is met.',
    allowed: 'a file',
    fallback: undefined,
    parse: anyText,
  }),
  countryDatabaseFile: text<string | undefined>({
    key: 'country-database',
    placeholder: 'FILE',
    help: 'A MaxMind-format file that knows countries. Without one no geo caveat is met.',
    allowed: 'a file',
    fallback: undefined,
    parse: anyText,
  }),
  minFreeDiskBytes: integer({
    key: 'min-free-disk-bytes',
    help: 'Below this nothing new is created, so that revoking always has room.',
    min: 0,
    max: 1024 * GIBIBYTE,
    fallback: 64 * MEBIBYTE,
  }),
  maxRememberedBytes: integer({
    key: 'max-remembered-bytes',
    help: 'Memory for what verifications need of tokens, which then do without the database.',
    min: MEBIBYTE,
    max: 64 * GIBIBYTE,
    // Room for the records of 1.3 million tokens and for 750 000 bodies. Tables grow as they fill, so whoever verifies
    // fewer tokens takes less.
    fallback: 192 * MEBIBYTE,
  }),
  logLevel: text<LogLevel>({
    key: 'log-level',
    placeholder: LOG_LEVELS.join('|'),
    help: 'What is logged at least.',
    allowed: LOG_LEVELS.join(', '),
    fallback: 'info',
    fallbackText: 'info',
    parse: (value) => LOG_LEVELS.find((level) => level === value),
  }),
  accessLog: flag({
    key: 'access-log',
    help: 'A log line for each request.',
    fallback: true,
  }),
  maxBodyBytes: integer({
    key: 'max-body-bytes',
    help: 'The longest request body.',
    min: 1024,
    max: GIBIBYTE,
    fallback: DEFAULT_HTTP_LIMITS.maxBodyBytes,
  }),
  maxHeaderValueBytes: integer({
    key: 'max-header-value-bytes',
    help: 'The longest header value. All headers together never have more than 16 KiB.',
    min: 256,
    max: 16_384,
    fallback: DEFAULT_HTTP_LIMITS.maxHeaderValueBytes,
  }),
  maxUrlBytes: integer({
    key: 'max-url-bytes',
    help: 'The longest path and query.',
    min: 256,
    max: 16_384,
    fallback: DEFAULT_HTTP_LIMITS.maxUrlBytes,
  }),
  maxRequestsInFlight: integer({
    key: 'max-requests-in-flight',
    help: 'Requests being answered at the same time; more are answered 503. As many bodies are waited for, a quarter of one client.',
    min: 1,
    max: 1_000_000,
    fallback: DEFAULT_HTTP_LIMITS.maxRequestsInFlight,
  }),
  maxLargeRequestsInFlight: integer({
    key: 'max-large-requests-in-flight',
    help: 'Of these, requests with bodies over 64 KiB, a quarter of one client.',
    min: 1,
    max: 1_000_000,
    fallback: DEFAULT_HTTP_LIMITS.maxLargeRequestsInFlight,
  }),
  maxConnections: integer({
    key: 'max-connections',
    help: 'Open connections; above it those between two requests are closed.',
    min: 1,
    max: 1_000_000,
    fallback: DEFAULT_HTTP_LIMITS.maxConnections,
  }),
  bodyTimeoutSeconds: integer({
    key: 'body-timeout-seconds',
    help: 'How long a body may take to arrive. Less than idle-timeout-seconds.',
    min: 1,
    max: 254,
    fallback: DEFAULT_HTTP_LIMITS.bodyTimeoutSeconds,
  }),
  idleTimeoutSeconds: integer({
    key: 'idle-timeout-seconds',
    help: 'How long a connection may be quiet, and an answer may take.',
    // The runtime keeps it in one byte and looks every four seconds.
    min: 4,
    max: 255,
    fallback: DEFAULT_HTTP_LIMITS.idleTimeoutSeconds,
  }),
  stopTimeoutSeconds: integer({
    key: 'stop-timeout-seconds',
    help: 'How long a stop waits for requests in flight.',
    min: 0,
    max: 300,
    fallback: 10,
  }),
} as const satisfies Readonly<Record<string, Setting>>

function anyText(value: string): string {
  return value
}

function masterKeyOf(value: string): Uint8Array | undefined {
  try {
    return parseMasterKey(value, 'JETON_MASTER_KEY')
  } catch {
    return undefined
  }
}

/** One that the driver will take apart without complaint: it decodes every part. */
function isPostgresUrl(text: string): boolean {
  if (!/^postgres(?:ql)?:\/\/./.test(text) || !URL.canParse(text)) return false
  try {
    const { username, password, pathname } = new URL(text)
    return [username, password, pathname].every((part) => decodeURIComponent(part) !== undefined)
  } catch {
    return false
  }
}
