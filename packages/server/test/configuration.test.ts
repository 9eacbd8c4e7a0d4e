import { describe, expect, test } from 'bun:test'
import { readConfiguration } from '../src/configuration.ts'
import { ConfigurationProblem } from '../src/configuration-problem.ts'
import { type Setting, variableOf } from '../src/configuration-setting.ts'
import { SETTINGS } from '../src/configuration-settings.ts'
import { parseCidr } from '../src/http/cidr.ts'

type Sources = Parameters<typeof readConfiguration>[0]

function read({ flags = {}, env = {}, file }: Partial<Sources> & { readonly file?: string }) {
  return readConfiguration({
    flags,
    env,
    readFile: (path) => (path === 'jeton.toml' || path === 'other.toml' ? file : undefined),
  })
}

function problem(sources: Parameters<typeof read>[0]): string {
  try {
    read(sources)
  } catch (error) {
    if (error instanceof ConfigurationProblem) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

/** Every file is there, and names itself. */
function readFile(path: string): string {
  return `host = "${path}"`
}

describe('the configuration', () => {
  test('nothing said gives the documented defaults', () => {
    expect(read({})).toMatchObject({
      dataFolder: './jeton-data',
      databaseUrl: undefined,
      zoneDomain: 'localhost',
      masterKeyFile: undefined,
      masterKey: undefined,
      administrator: { username: 'admin', email: 'admin@example.org', password: undefined },
      maxTemporaryTtlSeconds: 2_592_000,
      sdwan: {
        region: '0',
        maxActiveTokens: 10,
        defaultTokenTtlSeconds: undefined,
        maxTokenTtlSeconds: undefined,
        loginTtlSeconds: 28_800,
      },
      logLevel: 'info',
      http: {
        host: '127.0.0.1',
        port: 4600,
        trustedProxies: [],
        accessLog: true,
        stopTimeoutSeconds: 10,
        limits: { maxBodyBytes: 8_000_000, maxHeaderValueBytes: 4096 },
      },
    })
  })

  test('flags beat the environment, which beats the file', () => {
    const file = 'port = 1\nhost = "a"\nzone-domain = "file.example"'
    const configuration = read({ flags: { port: '3' }, env: { JETON_PORT: '2', JETON_HOST: 'b' }, file })
    expect(configuration.http.port).toBe(3)
    expect(configuration.http.host).toBe('b')
    expect(configuration.zoneDomain).toBe('file.example')
  })

  test('--config beats JETON_CONFIG, and either one replaces jeton.toml', () => {
    const env = { JETON_CONFIG: 'b.toml' }
    expect(readConfiguration({ flags: {}, env: {}, readFile }).http.host).toBe('jeton.toml')
    expect(readConfiguration({ flags: {}, env, readFile }).http.host).toBe('b.toml')
    expect(readConfiguration({ flags: { config: 'c.toml' }, env, readFile }).http.host).toBe('c.toml')
  })

  test.each(Object.values<Setting>(SETTINGS).map((setting) => [setting.key, setting] as const))(
    '%s is called the same everywhere, and its default passes its own rule',
    (_, setting) => {
      expect(setting.key).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(variableOf(setting)).toMatch(/^JETON_[A-Z_]+$/)
      expect(setting.help).toEndWith('.')
      if (setting.fallback === undefined || setting.kind === 'list') return
      expect(setting.parse(setting.fallback as never)).toEqual(setting.fallback)
    },
  )

  test('every type is read from text and from TOML alike', () => {
    const fromText = read({
      env: { JETON_TRUSTED_PROXIES: '10.0.0.0/8, ::1', JETON_ACCESS_LOG: 'false', JETON_PORT: '0' },
    })
    const fromToml = read({ file: 'trusted-proxies = ["10.0.0.0/8", "::1"]\naccess-log = false\nport = 0' })
    expect(fromText).toEqual(fromToml)
    expect(fromText.http).toMatchObject({
      accessLog: false,
      port: 0,
      trustedProxies: ['10.0.0.0/8', '::1'].map(parseCidr),
    })
  })

  test('a zone domain is taken in lower case', () => {
    expect(read({ flags: { 'zone-domain': 'Zone.Example' } }).zoneDomain).toBe('zone.example')
  })

  test('a master key comes as base64 of 32 bytes', () => {
    const key = Buffer.alloc(32, 7)
    expect(read({ env: { JETON_MASTER_KEY: key.toString('base64') } }).masterKey).toEqual(new Uint8Array(key))
  })

  test("variables of the commands and the tests are nobody's mistake", () => {
    const env = {
      JETON_URL: 'x',
      JETON_TOKEN: 'x',
      JETON_USERNAME: 'x',
      JETON_PASSWORD: 'x',
      JETON_TEST_ANY: 'x',
    }
    expect(read({ env })).toEqual(read({}))
  })
})

describe('a start is refused, with one line that names key and source, for', () => {
  test.each<[string, Parameters<typeof read>[0], string]>([
    ['an unknown key', { file: 'prot = 1' }, 'prot in jeton.toml: there is no such key.'],
    ['a table', { file: '[http]\nport = 1' }, 'http in jeton.toml: there is no such key.'],
    [
      'an unknown variable',
      { env: { JETON_PROT: '1' } },
      'JETON_PROT: there is no such variable; unset it, or correct its name.',
    ],
    ['an unknown flag', { flags: { prot: '1' } }, '--prot: there is no such flag.'],
    [
      'a word for a number',
      { flags: { port: '80a' } },
      '--port: "80a" is not allowed; allowed: an integer from 0 to 65535.',
    ],
    [
      'a fraction',
      { file: 'port = 1.5' },
      'port in jeton.toml: must be an integer; allowed: an integer from 0 to 65535.',
    ],
    [
      'a number as a string in the file',
      { file: 'port = "80"' },
      'port in jeton.toml: must be an integer; allowed: an integer from 0 to 65535.',
    ],
    [
      'a number out of range',
      { env: { JETON_PORT: '65536' } },
      'JETON_PORT: 65536 is not allowed; allowed: an integer from 0 to 65535.',
    ],
    [
      'an empty text',
      { env: { JETON_HOST: '' } },
      'JETON_HOST: "" is not allowed; allowed: an address or a name of this machine.',
    ],
    [
      'neither true nor false',
      { env: { JETON_ACCESS_LOG: 'yes' } },
      'JETON_ACCESS_LOG: "yes" is not allowed; allowed: true or false.',
    ],
    [
      'a block that is none',
      { flags: { 'trusted-proxies': '10.0.0.0/8,10.0.0.1/8' } },
      '--trusted-proxies: ["10.0.0.0/8","10.0.0.1/8"] is not allowed; allowed: addresses and blocks such as 10.0.0.0/8 or fd00::/8.',
    ],
    [
      'a port in the zone domain',
      { flags: { 'zone-domain': 'a:80' } },
      '--zone-domain: "a:80" is not allowed; allowed: a host name without port.',
    ],
    [
      'a log level that is none',
      { flags: { 'log-level': 'loud' } },
      '--log-level: "loud" is not allowed; allowed: debug, info, warn, error, silent.',
    ],
    [
      'a named file that is not there',
      { flags: { config: 'no.toml' } },
      '--config: there is no file no.toml.',
    ],
    [
      'a body timeout as long as the idle timeout',
      { flags: { 'idle-timeout-seconds': '20' } },
      '--idle-timeout-seconds: body-timeout-seconds (20) must be less than idle-timeout-seconds (20).',
    ],
    [
      'a region that would have to be encoded',
      { flags: { 'sdwan-region': 'us&eu' } },
      '--sdwan-region: "us&eu" is not allowed; allowed: 1 to 32 letters and digits.',
    ],
    [
      'tokens that last longer by default than they may',
      { flags: { 'sdwan-default-token-ttl-seconds': '61', 'sdwan-max-token-ttl-seconds': '60' } },
      '--sdwan-default-token-ttl-seconds: sdwan-default-token-ttl-seconds (61) must not be more than sdwan-max-token-ttl-seconds (60).',
    ],
    [
      'two master keys',
      { flags: { 'master-key-file': 'k' }, env: { JETON_MASTER_KEY: Buffer.alloc(32).toString('base64') } },
      '--master-key-file: JETON_MASTER_KEY is set too, and only one of the two can hold the master key.',
    ],
    [
      'a certificate without its key',
      { env: { JETON_TLS_CERT: 'a.crt' } },
      'JETON_TLS_CERT: tls-key is needed with it.',
    ],
    [
      'a key without its certificate',
      { flags: { 'tls-key': 'a.key' } },
      '--tls-key: tls-cert is needed with it.',
    ],
    [
      'a certificate and a self-signed one',
      { flags: { 'tls-cert': 'a.crt', 'tls-key': 'a.key', 'tls-self-signed': true } },
      '--tls-self-signed: tls-cert is set too, and only one of the two can be the certificate.',
    ],
  ])('%s', (_, sources, message) => {
    expect(problem(sources)).toBe(message)
  })

  const canary = 'CanaryOfASecret'
  test.each<[string, Parameters<typeof read>[0]]>([
    ['a password in a file', { file: `admin-password = "${canary}"` }],
    ['a password as a flag', { flags: { 'admin-password': canary } }],
    ['a password that is too short', { env: { JETON_ADMIN_PASSWORD: canary.slice(0, 7) } }],
    ['a master key that is none', { env: { JETON_MASTER_KEY: canary } }],
    ['a database of another kind', { flags: { 'database-url': `mysql://u:${canary}@h/d` } }],
    [
      'a database URL with a port that is none',
      { flags: { 'database-url': `postgres://u:${canary}@h:99999/d` } },
    ],
    ['a database URL with a broken escape', { flags: { 'database-url': `postgres://u:${canary}%zz@h/d` } }],
    ['a database URL of another type', { file: `database-url = ["${canary}"]` }],
    ['a file that does not parse', { file: `database-url = "${canary}\n` }],
    ['a file with a line of no kind', { file: `${canary} ${canary}` }],
  ])('%s, and what may be secret is not in that line', (_, sources) => {
    const message = problem(sources)
    expect(message).not.toContain(canary.slice(0, 7))
    expect(message).not.toContain('\n')
  })
})

describe('TLS', () => {
  test('is off unless asked for', () => {
    expect(read({}).tls).toBeUndefined()
    expect(read({ flags: { 'tls-self-signed': 'false' } }).tls).toBeUndefined()
  })

  test('takes a pair of files', () => {
    const { tls } = read({ flags: { 'tls-cert': 'a.crt', 'tls-key': 'a.key' } })
    expect(tls).toEqual({ kind: 'files', certificateFile: 'a.crt', keyFile: 'a.key' })
  })

  test.each([
    ['127.0.0.1', ['zone.example', '127.0.0.1']],
    ['0.0.0.0', ['zone.example']],
    ['::', ['zone.example']],
  ])('signed by itself and listening at %s names %j', (host, names) => {
    const { tls } = read({
      flags: { host, data: 'folder', 'zone-domain': 'zone.example', 'tls-self-signed': 'true' },
    })
    expect(tls).toEqual({ kind: 'self_signed', dataFolder: 'folder', names })
  })
})
