import { describe, expect, test } from 'bun:test'
import { anything, assert, dictionary, jsonValue, oneof, property, string } from 'fast-check'
import { parseBody, type Value } from '../../src/dialects/astra/body.ts'
import * as bodies from '../../src/dialects/astra/bodies.ts'
import { MAX_BODY_BYTES, parseJsonBody } from '../../src/dialects/astra/json-body.ts'
import { type Problem, ProblemRaised } from '../../src/dialects/astra/problem.ts'

function problemOf(run: () => unknown): Problem | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (error instanceof ProblemRaised) return error.problem
    throw error
  }
}

const TOKEN = { type: 'application/astra-token', version: '1.0', name: 'nightly' }

function refusal<T>(body: unknown, shape?: Value<T>): Problem | undefined {
  return problemOf(() => (shape === undefined ? parseBody(body, bodies.tokenBody) : parseBody(body, shape)))
}

describe('a body', () => {
  test('with all that it must and nothing that it must not have is taken', () => {
    expect(refusal(TOKEN)).toBeUndefined()
    expect(refusal({ ...TOKEN, name: 'n'.repeat(63) })).toBeUndefined()
    expect(
      refusal({ ...TOKEN, metadata: { labels: [{ name: 'a', value: 'b' }], createdBy: 7 } }),
    ).toBeUndefined()
  })

  test.each([
    ['not an object', [TOKEN], '(root): must be an object'],
    ['null', null, '(root): must be an object'],
    ['a text', 'x', '(root): must be an object'],
    ['empty', {}, '(root): type is required'],
    ['without a name', { type: TOKEN.type, version: '1.0' }, '(root): name is required'],
    [
      'of another type',
      { ...TOKEN, type: 'application/astra-user' },
      'type: must be "application/astra-token"',
    ],
    ['of a version of other resources', { ...TOKEN, version: '1.1' }, 'version: must be "1.0"'],
    ['with a number as its version', { ...TOKEN, version: 1 }, 'version: must be "1.0"'],
    ['with an empty name', { ...TOKEN, name: '' }, 'name: must have at least 1 characters'],
    ['with a long name', { ...TOKEN, name: 'n'.repeat(64) }, 'name: must have at most 63 characters'],
    ['with a name that is no text', { ...TOKEN, name: ['n'] }, 'name: must be a string'],
    ['with a name of null', { ...TOKEN, name: null }, 'name: must be a string'],
    [
      'with an id',
      { ...TOKEN, id: '5e0c7a94-2b6d-4f13-8d70-1c9b3e5f7a24' },
      '(root): additional property id is not allowed',
    ],
    ['with a user', { ...TOKEN, userID: 'x' }, '(root): additional property userID is not allowed'],
    ['with a secret', { ...TOKEN, token: 'x' }, '(root): additional property token is not allowed'],
    [
      'with a key that nobody knows',
      { ...TOKEN, expiry: 1 },
      '(root): additional property expiry is not allowed',
    ],
    [
      'with a prototype',
      JSON.parse(`{"type":"${TOKEN.type}","version":"1.0","name":"n","__proto__":{}}`),
      '(root): additional property __proto__ is not allowed',
    ],
    [
      'with labels that are none',
      { ...TOKEN, metadata: { labels: {} } },
      'metadata.labels: must be an array',
    ],
    [
      'with half a label',
      { ...TOKEN, metadata: { labels: [{ name: 'a' }] } },
      'metadata.labels.0: value is required',
    ],
    [
      'with a label twice',
      {
        ...TOKEN,
        metadata: {
          labels: [
            { name: 'a', value: 'b' },
            { value: 'b', name: 'a' },
          ],
        },
      },
      'metadata.labels: must not hold an element twice',
    ],
    [
      'with unknown metadata',
      { ...TOKEN, metadata: { owner: 'x' } },
      'metadata: additional property owner is not allowed',
    ],
    ['with metadata of null', { ...TOKEN, metadata: null }, 'metadata: must be an object'],
  ])('%s is problem 8, and says what is wrong', (_, body, schemaValidationFailure) => {
    expect(refusal(body)).toEqual({ number: 8, schemaValidationFailure })
  })

  test.each([
    '<script>',
    'a;b',
    "it's",
    'a"b',
    'a`b',
    'a\\b',
    '../etc',
    'a--b',
    '/*a',
    'a*/',
    ' a',
    'a ',
    'naïve',
    'a\tb',
    'a\nb',
    'a\0b',
    '\u202eb',
    '\ud800',
  ])('with the name %j is problem 9, and names the field', (name) => {
    expect(refusal({ ...TOKEN, name })).toMatchObject({ number: 9, invalidFields: [{ name: 'name' }] })
  })

  test.each(['a b', 'a/b', '_-.:,()@#+=&!$%^*?[]{}|~'])('may have the name %j', (name) => {
    expect(refusal({ ...TOKEN, name })).toBeUndefined()
  })

  test('is told of every field whose content is wrong, but only when its form is right', () => {
    const account = { type: 'application/astra-account', version: '1.0' }
    const postalAddress = {
      addressCountry: 'DE',
      addressLocality: 'x',
      addressRegion: 'x',
      postalCode: '1',
      streetAddress1: 'x',
    }
    const contact = { firstName: '<a>', lastName: 'b;', email: 'x', postalAddress }
    expect(
      refusal(
        { ...account, name: '..', accountContact: contact },
        bodies.accountChangeBody,
      )?.invalidFields?.map(({ name }) => name),
    ).toEqual(['name', 'accountContact.firstName', 'accountContact.lastName'])
    expect(refusal({ ...account, name: '..', id: 'x' }, bodies.accountChangeBody)?.number).toBe(8)
  })

  test.each([
    ['wJalrXUtn/+A', true],
    ['', true],
    ['YQ==', true],
    ['YQ', false],
    ['Y-_=', false],
    ['YQ==\n', false],
  ])('may keep the secret %j: %p', (value, isTaken) => {
    const credential = {
      type: 'application/astra-credential',
      version: '1.1',
      name: 'n',
      keyStore: { apikey: value },
    }
    expect(refusal(credential, bodies.credentialBody) === undefined).toBe(isTaken)
  })

  test('counts characters, not code units', () => {
    const group = { type: 'application/astra-group', version: '1.1', authProvider: 'ldap' }
    expect(refusal({ ...group, authID: '😀'.repeat(2048) }, bodies.groupBody)).toBeUndefined()
    expect(refusal({ ...group, authID: '😀'.repeat(2049) }, bodies.groupBody)?.number).toBe(8)
  })

  test('of any kind at all is taken or refused, and never anything else', () => {
    const shapes = Object.values(bodies) as unknown as readonly Value<unknown>[]
    const likely = dictionary(
      oneof(
        string(),
        ...['type', 'version', 'name', 'metadata', 'keyStore'].map((key) => string().map(() => key)),
      ),
      oneof(jsonValue(), anything()),
    )
    assert(
      property(oneof(anything(), jsonValue(), likely), (body) => {
        for (const shape of shapes) expect([undefined, 8, 9]).toContain(refusal(body, shape)?.number)
      }),
    )
  })
})

describe('the bytes of a body', () => {
  const parse = (text: string | Uint8Array) =>
    problemOf(() => parseJsonBody(typeof text === 'string' ? Buffer.from(text) : text))?.number

  test.each([
    '',
    '{',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1} x',
    '\ufeff{}',
    'NaN',
    '{"a":"\u0001"}',
    '['.repeat(500_000),
  ])('that are no JSON are problem 7 (%#)', (text) => {
    expect(parse(text)).toBe(7)
  })

  test('that are no UTF-8 are problem 7', () => {
    expect(parse(new Uint8Array([0x22, 0xff, 0x22]))).toBe(7)
  })

  test('may be a MiB and no more', () => {
    const text = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`
    expect(parse(text(MAX_BODY_BYTES))).toBeUndefined()
    expect(parse(text(MAX_BODY_BYTES + 1))).toBe(85)
  })
})
