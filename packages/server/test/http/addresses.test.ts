import { describe, expect, test } from 'bun:test'
import { assert, ipV4, ipV6, oneof, property, string } from 'fast-check'
import { cidrContains, parseCidr } from '../../src/http/cidr.ts'
import { clientAddress, UNKNOWN_ADDRESS } from '../../src/http/client-address.ts'
import { parseForwardedHostName, parseHostName } from '../../src/http/host-name.ts'
import { parseIpAddress, printIpAddress } from '../../src/ip-address.ts'
import { CLOSED } from '../../testing/raw-connection.ts'
import { connectTo, head, JSON_TYPE, listen } from './support/listener.ts'

function cidr(text: string) {
  const parsed = parseCidr(text)
  if (parsed === undefined) throw new Error(`no block: ${text}`)
  return parsed
}

function shown(text: string): string | undefined {
  const address = parseIpAddress(text)
  return address === undefined ? undefined : printIpAddress(address)
}

describe('an address', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
  ])('%s is shown as %s', (text, canonical) => {
    expect(shown(text)).toBe(canonical)
  })

  test.each([
    '',
    '1',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.-1',
    '0x0a.0.0.1',
    ' 10.0.0.1',
    '10.0.0.1:80',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1::',
    '12345::',
    'g::',
    '::1.2.3',
    '::1.2.3.4:5',
    '1.2.3.4::',
    'fe80::1%eth0',
    '[::1]',
    `${'0:'.repeat(30)}1`,
  ])('%p is none', (text) => {
    expect(parseIpAddress(text)).toBeUndefined()
  })

  test('is the same after it was shown', () => {
    assert(
      property(oneof(ipV4(), ipV6()), (text) => {
        const address = parseIpAddress(text)
        expect(address && parseIpAddress(printIpAddress(address))).toEqual(address)
        expect(address?.length).toBeOneOf([4, 16])
      }),
    )
  })

  test('is never more than a text that is none', () => {
    assert(property(string(), (text) => void parseIpAddress(text)))
  })
})

describe('a block', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.128/25', '10.0.0.127', false],
    ['10.0.0.128/25', '10.0.0.128', true],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '1.2.3.4', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.2', false],
    ['10.0.0.0/8', '::ffff:10.1.1.1', true],
    ['::ffff:10.0.0.0/104', '10.1.1.1', true],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
  ])('%s holds %s: %p', (block, address, isHeld) => {
    expect(cidrContains(cidr(block), parseIpAddress(address) ?? new Uint8Array())).toBe(isHeld)
  })

  test.each([
    '',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.1/8',
    '::/129',
    '::ffff:10.0.0.0/95',
    'x/8',
  ])('%p is none', (text) => {
    expect(parseCidr(text)).toBeUndefined()
  })
})

describe('the client of a request', () => {
  const proxies = ['10.0.0.0/8', 'fd00::/8'].map(cidr)

  test.each<[string, string, string | null, string]>([
    ['is the peer when nothing is forwarded', '10.0.0.1', null, '10.0.0.1'],
    ['is the peer when the peer is no trusted proxy', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['is the hop before the proxy', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'is the first untrusted hop from the right',
      '10.0.0.1',
      '203.0.113.9, 198.51.100.1, 10.0.0.2',
      '198.51.100.1',
    ],
    ['is not what it invents on the left', '10.0.0.1', '10.0.0.9, 198.51.100.1', '198.51.100.1'],
    ['is the leftmost hop when all are proxies', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    ['is unknown behind a hop that is no address', '10.0.0.1', '198.51.100.1, nonsense', UNKNOWN_ADDRESS],
    ['is unknown behind an empty hop', '10.0.0.1', '198.51.100.1,', UNKNOWN_ADDRESS],
    ['is unknown when a proxy says so', '10.0.0.1', 'unknown', UNKNOWN_ADDRESS],
    ['is unknown when a proxy says nothing', '10.0.0.1', '', UNKNOWN_ADDRESS],
    ['is read in spite of nonsense left of it', '10.0.0.1', 'nonsense, 198.51.100.1', '198.51.100.1'],
    ['is read with a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['is read in brackets with a port', '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    [
      'is compared and shown as IPv4 on an IPv6 socket',
      '::ffff:10.0.0.1',
      '::ffff:198.51.100.1',
      '198.51.100.1',
    ],
    ['is shown as IPv4 on an IPv6 socket', '::ffff:192.0.2.1', null, '192.0.2.1'],
    ['is behind an IPv6 proxy', 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['is shown without the zone of a link', 'fe80::1%eth0', null, 'fe80::1'],
    ['is unknown when it is gone', '', null, UNKNOWN_ADDRESS],
  ])('%s', (_, peer, forwardedFor, address) => {
    expect(clientAddress(peer, forwardedFor, proxies)).toBe(address)
  })

  test('is the peer, whatever is forwarded, when no proxy is trusted', () => {
    expect(clientAddress('10.0.0.1', '198.51.100.1', [])).toBe('10.0.0.1')
  })

  test.each<[string, string[], readonly string[], { address: string; host: string }]>([
    [
      'believed from a trusted proxy',
      ['127.0.0.0/8'],
      ['X-Forwarded-For: 198.51.100.1', 'X-Forwarded-Host: A.example:443'],
      { address: '198.51.100.1', host: 'a.example' },
    ],
    [
      'believed in every header of several',
      ['127.0.0.0/8'],
      ['X-Forwarded-For: 203.0.113.1', 'X-Forwarded-For: 198.51.100.1'],
      { address: '198.51.100.1', host: 'zone.example' },
    ],
    [
      'ignored from anybody else',
      ['10.0.0.0/8'],
      ['X-Forwarded-For: 198.51.100.1', 'X-Forwarded-Host: a.example'],
      { address: '127.0.0.1', host: 'zone.example' },
    ],
    [
      'ignored when nobody is trusted',
      [],
      ['X-Forwarded-For: 198.51.100.1', 'X-Forwarded-Host: a.example'],
      { address: '127.0.0.1', host: 'zone.example' },
    ],
  ])('and its host are %s', async (_, proxies, headers, expected) => {
    const listener = listen({
      trustedProxies: proxies.map(cidr),
      answer: async ({ clientAddress, host }) => ({
        status: 200,
        headers: JSON_TYPE,
        body: JSON.stringify({ address: clientAddress, host }),
      }),
    })
    const answer = await (await connectTo(listener)).exchange(head('GET /test', ...headers))
    expect(answer === CLOSED ? CLOSED : JSON.parse(answer.body)).toEqual(expected)
  })
})

describe('a host', () => {
  test.each([
    ['Zone.Example', 'zone.example'],
    ['zone.example:4600', 'zone.example'],
    ['[2001:DB8::1]:4600', '[2001:db8::1]'],
    ['10.0.0.1', '10.0.0.1'],
  ])('%s is %s', (header, host) => {
    expect(parseHostName(header)).toBe(host)
  })

  test.each([
    '',
    'a b',
    'a/b',
    'a?b',
    'a#b',
    'u@b',
    'a\\b',
    'a, b',
    'a:b',
    'ä.example',
    'a:123456',
    '[::1',
    'a'.repeat(254),
  ])('%p is none', (header) => {
    expect(parseHostName(header)).toBeUndefined()
  })

  test("that several hops name is the nearest one's: what stands before may be the client's", () => {
    expect(parseForwardedHostName('victim.example, zone.example')).toBe('zone.example')
  })
})

describe("a call's origin", () => {
  const originOf = async (
    trustedProxies: readonly string[],
    ...headers: readonly string[]
  ): Promise<string> => {
    const listener = listen({
      trustedProxies: trustedProxies.map(cidr),
      answer: async ({ origin }) => ({ status: 200, headers: JSON_TYPE, body: origin }),
    })
    const connection = await connectTo(listener)
    const answer = await connection.exchange(`GET /test HTTP/1.1\r\n${[...headers, '', ''].join('\r\n')}`)
    return answer === CLOSED ? CLOSED : answer.body
  }
  const forwarded = ['X-Forwarded-Proto: evil, https', 'X-Forwarded-Host: evil.example, Astra.example:8443']

  test('is what the client asked, with its port', async () => {
    expect(await originOf([], 'Host: astra.example:4600')).toBe('http://astra.example:4600')
    expect(await originOf([], 'Host: astra.example:4600', ...forwarded)).toBe('http://astra.example:4600')
  })

  test('is what the nearest proxy was asked, where that is trusted', async () => {
    expect(await originOf(['127.0.0.1/32'], 'Host: inside:4600', ...forwarded)).toBe(
      'https://astra.example:8443',
    )
    expect(
      await originOf(
        ['127.0.0.1/32'],
        'Host: inside:4600',
        'X-Forwarded-Proto: gopher',
        'X-Forwarded-Host: a b',
      ),
    ).toBe('http://inside:4600')
  })
})
