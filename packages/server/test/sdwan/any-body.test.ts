import { expect, test } from 'bun:test'
import { seededRandom, type SeededRandom } from '../../testing/seeded-random.ts'
import { legacy, made, newOperator, newPermission, newRole, READ_ROLES } from './resources.ts'
import { unique } from '../../testing/v1-client.ts'
import { onEachDatabase } from './world.ts'

/** Of every type, at the edges of each, and of forms that stand somewhere in these bodies. */
const VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  '',
  'x',
  '0',
  '\ud800',
  'a\0b',
  '<script>',
  'x'.repeat(2000),
  [],
  [null],
  [[]],
  ['tenant_super'],
  {},
  { name: null },
  [{}],
  [{ name: 'tenant_viewonly' }],
  [{ name: 'tenant_root' }],
  [{ value: READ_ROLES }],
  [{ id: '17321000123450017' }],
  [{ id: 5 }],
  [{ ipv4: '::1' }],
  [{ email: 'a@b' }],
  [{ provider_key: 'password', provider_value: 'long enough for it' }],
  { street: 'S' },
  { enable_two_numbers: null, minimum_password_length: 9 },
  { __proto__: null, toString: 'x' },
]

/** The object with a few of its fields, or of others', changed. */
function mutated(random: SeededRandom, object: Readonly<Record<string, unknown>>): object {
  const fields = [...Object.keys(object), 'constructor', 'provider_value', 'tenant'] as unknown as [string]
  const count = 1 + random.below(3)
  const changes = Array.from({ length: count }, () => [random.pick(fields), random.pick(VALUES)])
  return { ...object, ...Object.fromEntries(changes) }
}

const ROUNDS = 60
const SEED = Number(process.env['JETON_FUZZ_SEED'] ?? crypto.getRandomValues(new Uint32Array(1))[0])

onEachDatabase((world) => {
  test(`whatever a body says, it is done or refused with codes, and nothing breaks (seed ${SEED})`, async () => {
    const { admin } = world()
    const random = seededRandom(SEED)
    const at = (path: string) => legacy(admin, path === '' ? 'v2.12' : 'v2.0', path)
    const entries = {
      '/operators': () => made(admin, '/operators', newOperator({ roles: [{ name: 'tenant_viewonly' }] })),
      '/roles': () => made(admin, '/roles', newRole({ permissions: [{ value: READ_ROLES }] })),
      '/permissions': () => made(admin, '/permissions', newPermission()),
      '': async () => (await admin.ask('GET', at(''))).json,
    } as const
    const statuses = new Map<number, number>()
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [path, make] of Object.entries(entries)) {
        const entry = await make()
        const one = at(path === '' ? '' : `${path}/${entry.id}`)
        const method = path === '/operators' || path === '' ? random.pick(['PUT', 'PATCH']) : 'PUT'
        const sent: readonly (readonly [string, string, object])[] = [
          [method, one, mutated(random, entry)],
          ['POST', at(path), mutated(random, { ...entry, id: null, email: `${unique('op')}@example.org` })],
        ]
        for (const [verb, where, body] of path === '' ? sent.slice(0, 1) : sent) {
          const { status, text } = await admin.ask(verb, where, { body })
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          if (![200, 400].includes(status)) {
            throw new Error(`${verb} ${where} ${JSON.stringify(body)}: ${text}`)
          }
        }
      }
    }
    // Both happened, or this test has shown nothing.
    expect([...statuses.keys()].toSorted((a, b) => a - b)).toEqual([200, 400])
  }, 60_000)
})
