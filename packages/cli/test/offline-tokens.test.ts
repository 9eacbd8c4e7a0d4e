import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { decodeToken, parseCaveat } from '@jeton/token'
import { runJeton } from './support/run-jeton.ts'
import { sampleToken } from './support/sample-token.ts'

// Each test starts processes, on machines that may be busy with other things.
setDefaultTimeout(30_000)

/** The server that nobody runs: what works offline never asks it. */
const env = { JETON_URL: 'http://127.0.0.1:1' }

describe('jeton token examine', () => {
  test('shows what a token says of itself, read from standard input', async () => {
    const token = sampleToken({ caveats: [{ type: 'ip', whitelist: ['10.0.0.0/8'] }] })
    const { exit, out } = await runJeton(['token', 'examine'], { input: `${token}\n`, env })
    expect(out).toContain('zone.example.org')
    expect(out).toContain('28a45b0ce12fefe8e098e9d8c238d74fch4f69')
    expect(out).toContain('ip = 10.0.0.0/8')
    expect(out).toContain('no: this is only what the token says')
    expect(exit).toBe(0)
  })

  test('says when a token has expired', async () => {
    const token = sampleToken({ caveats: [{ type: 'time', validUntil: 1_000_000_000 }] })
    const { out } = await runJeton(['token', 'examine', token])
    expect(out).toContain('time < 1000000000 (expired 2001-09-09T01:46:40Z, ')
  })

  test('--json has the shape of the examine call, with - for standard input', async () => {
    const token = sampleToken({ isTemporary: true, caveats: [{ type: 'interface', interface: 'rest' }] })
    const { out } = await runJeton(['token', 'examine', '-', '--json'], { input: token })
    expect(JSON.parse(out)).toEqual({
      onezoneDomain: 'zone.example.org',
      id: '28a45b0ce12fefe8e098e9d8c238d74fch4f69',
      persistence: 'temporary',
      subject: { type: 'user', id: '461698917aa4c176fd86a111b6e7231cchf1c0' },
      type: { accessToken: {} },
      caveats: [{ type: 'interface', interface: 'rest' }],
    })
  })

  test('shows an end that no number holds to its last digit', async () => {
    const token = sampleToken({ caveats: [{ type: 'time', validUntil: 12345678901234567890n }] })
    const { out } = await runJeton(['token', 'examine', token])
    expect(out).toContain('time < 12345678901234567890 (expires never)')
    const json = await runJeton(['token', 'examine', token, '--json'])
    expect(json.out).toContain('"validUntil": 12345678901234567890\n')
  })

  const refused = {
    'no token at all': '',
    'text that is no token': 'hello world',
    'half a token': sampleToken().slice(0, 90),
    'more than any token': 'M'.repeat(3_000_000),
  }
  for (const [what, input] of Object.entries(refused)) {
    test(`${what} is refused with status 2 and not repeated`, async () => {
      const { exit, out, err } = await runJeton(['token', 'examine'], { input })
      expect({ exit, out }).toEqual({ exit: 2, out: '' })
      expect(err).toStartWith('jeton: ')
      if (input !== '') expect(err).not.toContain(input.slice(0, 40))
    })
  }
})

describe('jeton token confine', () => {
  test('every caveat option adds its caveat, in the order that help lists them', async () => {
    // biome-ignore format: options with their values, a line each
    const args = [
      '--caveat', '{"type":"interface","interface":"graphsync"}',
      '--expires-at', '2033-05-18T03:33:20Z', '--expires-at', '2000000001',
      '--ip', '10.0.0.0/8, 192.0.2.7', '--asn', '64500,64501',
      '--country', 'pl,FR', '--not-country', 'de', '--region', 'EU', '--not-region', 'Asia,Africa',
      '--interface', 'rest', '--service', 'ozw-onezone,opw-*', '--consumer', 'usr-u1,prv-*',
      '--api', 'ozw/get/user.*.*:*', '--api', 'all/all/token.*.user_named_token,*:private',
      '--path', '/s1/dir/a.txt', '--read-only',
    ]
    const { exit, out } = await runJeton(['token', 'confine', ...args], { input: sampleToken(), env })
    expect(exit).toBe(0)
    expect(decodeToken(out.trim()).caveats).toEqual([
      'time < 2000000000',
      'time < 2000000001',
      'ip = 10.0.0.0/8|192.0.2.7/32',
      'asn = 64500|64501',
      'geo.country = PL|FR',
      'geo.country != DE',
      'geo.region = EU',
      'geo.region != Asia|Africa',
      'interface = rest',
      'service = ozw-onezone|opw-*',
      'consumer = usr-u1|prv-*',
      'api = ozw/get/user.*.*:*',
      'api = all/all/token.*.user_named_token,*:private',
      `data.path = ${Buffer.from('/s1/dir/a.txt').toString('base64')}`,
      'interface = graphsync',
      'data.readonly',
    ])
  })

  test('--expires-in counts from now', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { out } = await runJeton(['token', 'confine', '--expires-in', '1h30m'], { input: sampleToken() })
    const after = Math.floor(Date.now() / 1000)
    const [text = ''] = decodeToken(out.trim()).caveats
    const caveat = parseCaveat(text)
    if (caveat?.type !== 'time') throw new Error(`${text} is no time caveat`)
    expect(caveat.validUntil).toBeGreaterThanOrEqual(before + 5400)
    expect(caveat.validUntil).toBeLessThanOrEqual(after + 5400)
  })

  test('--json carries the token in an object', async () => {
    const { out } = await runJeton(['token', 'confine', '--read-only', '--json'], { input: sampleToken() })
    expect(decodeToken(JSON.parse(out).token).caveats).toEqual(['data.readonly'])
  })

  const wrong: Record<string, readonly string[]> = {
    'no caveat': [],
    'a duration without a unit': ['--expires-in', '60'],
    'a day that does not exist': ['--expires-at', '2030-02-30T00:00:00Z'],
    'a time without a zone': ['--expires-at', '2030-01-31T12:00:00'],
    'an IPv6 network': ['--ip', '2001:db8::/32'],
    'a mask out of range': ['--ip', '10.0.0.0/33'],
    'an empty list': ['--ip', ''],
    'a word for a number': ['--asn', 'hetzner'],
    'a country of three letters': ['--country', 'POL'],
    'an unknown region': ['--region', 'Atlantis'],
    'an unknown interface': ['--interface', 'carrier-pigeon'],
    'a service without an id': ['--service', 'ozw'],
    'a consumer that nobody can be': ['--consumer', 'nobody'],
    'a path that is not absolute': ['--path', 'dir/a.txt'],
    'an object id of odd length': ['--object-id', '0'],
    'a call spec of two parts': ['--api', 'ozw/get'],
    'a caveat that is not JSON': ['--caveat', 'time < 1'],
    'a caveat of an unknown type': ['--caveat', '{"type":"moon"}'],
    'an unknown option': ['--expire', '1h'],
    'an option without its value': ['--ip'],
  }
  for (const [what, args] of Object.entries(wrong)) {
    test(`${what} is refused with status 2 and prints no token`, async () => {
      const { exit, out, err } = await runJeton(['token', 'confine', ...args], { input: sampleToken() })
      expect({ exit, out }).toEqual({ exit: 2, out: '' })
      expect(err).toStartWith('jeton: ')
    })
  }
})
