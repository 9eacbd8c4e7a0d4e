import { generateKeyPairSync, sign } from 'node:crypto'
import type { Ambient } from '../ambient.ts'
import { parseIpAddress } from '../ip-address.ts'

/** A certificate and its key, both as PEM. */
export interface NewPair {
  readonly certificate: string
  /** PKCS #8. A secret. */
  readonly key: string
}

/** A little in the past, for clients whose clocks go behind. */
const BACKDATED_SECONDS = 3600
const SERIAL_BYTES = 16

/**
 * A new P-256 key with a certificate that it has signed itself. It names servers and signs nothing else: whoever trusts it
 * trusts this one server, and not whatever its key might sign.
 *
 * @param names host names and addresses, at least one, that a client may call the server by
 * @see RFC 5280, 4.1 and 4.2.1
 */
export function newSelfSignedPair(ambient: Ambient, names: readonly string[], ttlSeconds: number): NewPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const now = ambient.now()
  const toBeSigned = sequence(
    explicit(0, der(INTEGER, [2])),
    serialNumber(ambient),
    ECDSA_WITH_SHA256,
    NAME,
    sequence(time(now - BACKDATED_SECONDS), time(now + ttlSeconds)),
    NAME,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, extensions(names)),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  return {
    certificate: pem('CERTIFICATE', sequence(toBeSigned, ECDSA_WITH_SHA256, bits(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  }
}

// Tags of DER (X.690, 8): universal ones, and SEQUENCE and SET with their "constructed" bit.
const BOOLEAN = 0x01
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_IDENTIFIER = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const SEQUENCE = 0x30
const SET = 0x31
const CONTEXT_SPECIFIC = 0x80
const CONSTRUCTED = 0x20

/** 1.2.840.10045.4.3.2 (RFC 5758, 3.2). */
const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'))
/** One part, 2.5.4.3: the common name. Nobody compares it; the names stand in the extension. */
const NAME = sequence(
  der(SET, sequence(identifier('550403'), der(UTF8_STRING, Buffer.from('Jeton, self-signed')))),
)

function extensions(names: readonly string[]): Uint8Array {
  return sequence(
    // 2.5.29.19: no certificate authority, which is the default of what stands inside.
    extension('551d13', true, sequence()),
    // 2.5.29.15: digitalSignature, the first of eight bits.
    extension('551d0f', true, der(BIT_STRING, [7, 0x80])),
    // 2.5.29.37: serverAuth, 1.3.6.1.5.5.7.3.1.
    extension('551d25', false, sequence(identifier('2b06010505070301'))),
    // 2.5.29.17
    extension('551d11', false, sequence(...names.map(generalName))),
  )
}

function extension(oid: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  const critical = isCritical ? [der(BOOLEAN, [0xff])] : []
  return sequence(identifier(oid), ...critical, der(OCTET_STRING, value))
}

/** RFC 5280, 4.2.1.6: an address as its bytes, a host name as ASCII. */
function generalName(name: string): Uint8Array {
  const address = parseIpAddress(name)
  if (address !== undefined) return der(CONTEXT_SPECIFIC | 7, address)
  return der(CONTEXT_SPECIFIC | 2, Buffer.from(name, 'latin1'))
}

/** Positive and not 0 (RFC 5280, 4.1.2.2): the first byte is from 0x40 to 0x7f. */
function serialNumber(ambient: Ambient): Uint8Array {
  const bytes = ambient.randomBytes(SERIAL_BYTES)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return der(INTEGER, bytes)
}

/** RFC 5280, 4.1.2.5: two digits for the year up to 2049. */
function time(seconds: number): Uint8Array {
  const text = Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toString({ smallestUnit: 'second' })
  const digits = text.replaceAll(/[-:T]/g, '')
  return digits < '2050'
    ? der(UTC_TIME, Buffer.from(digits.slice(2)))
    : der(GENERALIZED_TIME, Buffer.from(digits))
}

function bits(bytes: Uint8Array): Uint8Array {
  return der(BIT_STRING, [0], bytes)
}

function explicit(number: number, content: Uint8Array): Uint8Array {
  return der(CONTEXT_SPECIFIC | CONSTRUCTED | number, content)
}

function sequence(...contents: readonly Uint8Array[]): Uint8Array {
  return der(SEQUENCE, ...contents)
}

function identifier(hex: string): Uint8Array {
  return der(OBJECT_IDENTIFIER, Buffer.from(hex, 'hex'))
}

/** Tag, length, contents (X.690, 8.1, 10.1). */
function der(tag: number, ...contents: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.from([tag]), lengthBytes(content.length), content])
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Buffer.from([length])
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

/** RFC 7468: lines of 64 characters. */
function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
