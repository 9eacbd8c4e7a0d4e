import { describe, expect, test } from 'bun:test'
import { contentProblem } from '../../src/accounts/content.ts'
import { checkKeyStore, passwordIn } from '../../src/accounts/key-store.ts'
import type { KeyType } from '../../src/accounts/account-credential.ts'
import { checkRoleConstraints } from '../../src/accounts/role-constraints.ts'
import { hashOfText, newOpaqueText } from '../../src/authority/opaque-token.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import { Refused } from '../../src/failure.ts'

const isRefused = (action: () => unknown): boolean => {
  try {
    action()
    return false
  } catch (error) {
    if (error instanceof Refused && error.failure.kind === 'entry_invalid') return true
    throw error
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('names', () => {
  test.each(['', 'a', 'nightly-report', 'A b_c.d:e,(f)@g#h+i=j&k', 'a/b', 'a-b', 'a.b', '~!$%^*|{}[]?'])(
    '%p is one',
    (name) => {
      expect(contentProblem(name)).toBeUndefined()
    },
  )

  test.each([
    '<script>',
    'a>b',
    '"',
    "'",
    ';',
    'a\\b',
    '`',
    '..',
    'a/../b',
    '--',
    '/*',
    '*/',
    ' a',
    'a ',
    'é',
    '🦊',
    '\n',
    'a\u0000',
    '\u007f',
  ])('%p is none', (name) => {
    expect(contentProblem(name)).toBeString()
  })
})

describe('role constraints', () => {
  const id = '2f6b8d10-9c3e-4a57-b1d2-6e7f80912a3b'
  test.each([
    [[]],
    [['*']],
    [['namespaces:*', 'namespaces:*.*']],
    [[`namespaces:id='${id}'`, `namespaces:id='${id}'.*`]],
    [["namespaces:kubernetesLabels='app.example.org/tier=front'.*"]],
  ])('%p are some', (constraints) => {
    expect(isRefused(() => checkRoleConstraints(constraints))).toBe(false)
  })

  test.each([
    [['']],
    [['**']],
    [['*', '*']],
    [['namespaces']],
    [[`namespaces:id='${id.toUpperCase()}'`]],
    [[`namespaces:id=${id}`]],
    [["namespaces:kubernetesLabels='a'.*"]],
    [["namespaces:kubernetesLabels='a=b' or '1'='1'"]],
    [['*\n']],
  ])('%p are none', (constraints) => {
    expect(isRefused(() => checkRoleConstraints(constraints))).toBe(true)
  })
})

describe('key stores', () => {
  const kubeconfig = (clusters: unknown) => base64(JSON.stringify({ clusters }))
  const pem = base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  const good: readonly [KeyType | undefined, Record<string, string>][] = [
    [undefined, { any: base64('thing') }],
    ['generic', { any: '', other: 'AA==' }],
    ['apikey', { apikey: base64('k') }],
    ['passwordHash', { cleartext: base64('a password'), change: base64('true') }],
    ['kubeconfig', { base64: kubeconfig([{ name: 'one' }]) }],
    ['certificate', { certificate: pem }],
    ['privkey', { privkey: pem }],
    ['s3', { accessKey: 'AA==', accessSecret: 'AA==' }],
  ]
  test.each(good)('of type %p: %p is one', (keyType, keyStore) => {
    expect(isRefused(() => checkKeyStore(keyType, keyStore))).toBe(false)
  })

  const bad: readonly [KeyType | undefined, Record<string, string>][] = [
    [undefined, {}],
    ['generic', {}],
    ['apikey', { key: 'AA==' }],
    ['passwordHash', { cleartext: 'AA==' }],
    ['passwordHash', { cleartext: 'AA==', change: base64('yes') }],
    ['kubeconfig', { base64: kubeconfig([]) }],
    ['kubeconfig', { base64: kubeconfig([1, 2]) }],
    ['kubeconfig', { base64: kubeconfig([1]), more: 'AA==' }],
    ['kubeconfig', { base64: base64('{') }],
    ['kubeconfig', { base64: base64('null') }],
    ['certificate', { certificate: base64('none') }],
    ['privkey', { privkey: '' }],
    ['s3', { accessKey: 'AA==' }],
  ]
  test.each(bad)('of type %p: %p is none', (keyType, keyStore) => {
    expect(isRefused(() => checkKeyStore(keyType, keyStore))).toBe(true)
  })

  test('a password that is no text is refused', () => {
    expect(passwordIn({ cleartext: base64('pässword') })).toBe('pässword')
    expect(isRefused(() => passwordIn({ cleartext: '/w==' }))).toBe(true)
  })
})

describe('opaque tokens', () => {
  test('are 44 characters, the same in both alphabets of base64, of 32 bytes each time others', () => {
    const texts = Array.from({ length: 200 }, () => newOpaqueText(systemAmbient))
    for (const text of texts) expect(text).toMatch(/^[A-Za-z0-9]{43}=$/)
    for (const text of texts) expect(Buffer.from(text, 'base64').length).toBe(32)
    expect(new Set(texts).size).toBe(texts.length)
  })

  test('are found by the SHA-256 of their whole text', () => {
    expect(hashOfText('q7Zt0YhX2mVdK9sLrB4nPw3eGfJ6uCaT1oEiS8yQxMk=')).toBe(
      Buffer.from(
        new Bun.CryptoHasher('sha256').update('q7Zt0YhX2mVdK9sLrB4nPw3eGfJ6uCaT1oEiS8yQxMk=').digest(),
      ).toString('base64url'),
    )
  })
})
