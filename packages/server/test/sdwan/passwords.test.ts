import { beforeAll, describe, expect, test } from 'bun:test'
import type { Ambient, UnixSeconds } from '../../src/ambient.ts'
import { systemAmbient } from '../../src/ambient-system.ts'
import type { SdwanCode } from '../../src/dialects/sdwan/codes.ts'
import { askSdwan, type SdwanAnswer } from '../../testing/sdwan-client.ts'
import {
  type Given,
  givenPeople,
  legacy,
  made,
  newOperator,
  NO_ID,
  type Provoke,
  unified,
} from './resources.ts'
import { PASSWORD, unique, v1 } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person } from './world.ts'

let aheadMillis = 0
const ambient: Ambient = {
  ...systemAmbient,
  nowMillis: () => systemAmbient.nowMillis() + aheadMillis,
  // Safe as a brand: Unix seconds are what it is.
  now: () => Math.floor((systemAmbient.nowMillis() + aheadMillis) / 1000) as UnixSeconds,
}

const CHANGE = '/accounts/password/change'
const RESET = '/accounts/password/reset'
const FORGOT = '/login/password/forgot'

function twice(password: string): object {
  return { password, repeatPassword: password }
}

const changing =
  (fields: object): Provoke =>
  ({ viewer }) =>
    viewer.ask('POST', legacy(viewer, 'v2.0', CHANGE), {
      body: { oldPassword: PASSWORD, ...twice(PASSWORD), ...fields },
    })

const resetting =
  (fields: object): Provoke =>
  async (given) => {
    const token = await resetTokenOf(given, given.viewer.id)
    return reset(given, { token, ...twice(PASSWORD), ...fields })
  }

function reset({ world }: Pick<Given, 'world'>, body: object): Promise<SdwanAnswer> {
  return askSdwan(world.url, undefined, 'POST', `/v2.0/api${RESET}`, { body })
}

async function resetTokenOf({ world }: Given, operatorId: string): Promise<string> {
  const made = await v1(world.url, 'admin', 'POST', `/v1/operators/${operatorId}/password-resets`)
  return (made as { readonly token: string }).token
}

/** All that is published of each operation, but that a message was sent: none is. */
const PROVOKE: Readonly<Record<string, Partial<Record<SdwanCode, Provoke>>>> = {
  [CHANGE]: {
    ACCOUNT_INVALID_PASSWORD_CHANGE: changing({ repeatPassword: 'another one than that' }),
    ACCOUNT_INVALID_OLD_PASSWORD: changing({ oldPassword: 'not that one' }),
  },
  [RESET]: {
    OPERATOR_PASSWORD_RESET_INVALID_REQUEST: resetting({ repeatPassword: 'another one than that' }),
    OPERATOR_PASSWORD_RESET_INVALID_TOKEN: resetting({ token: 'AAAA' }),
  },
  [FORGOT]: {
    OPERATOR_ACCOUNT_UNVERIFIED: ({ viewer, world }) =>
      askSdwan(world.url, undefined, 'POST', legacy(viewer, 'v2.0', FORGOT), {
        body: { email: viewer.email },
      }),
  },
}

const CASES = Object.entries(PROVOKE).flatMap(([operation, provoke]) =>
  // Safe: the keys are those of the record.
  (Object.keys(provoke) as SdwanCode[]).map((code) => [operation, code] as const),
)

type PasswordFault = readonly [operation: string, what: string, fields: object, code: SdwanCode]

const LONG = 'x'.repeat(1001)
const UNFIT = 'ACCOUNT_INVALID_PASSWORD_CHANGE'
const NOT_OLD = 'ACCOUNT_INVALID_OLD_PASSWORD'
const UNFIT_RESET = 'OPERATOR_PASSWORD_RESET_INVALID_REQUEST'
const NO_TOKEN = 'OPERATOR_PASSWORD_RESET_INVALID_TOKEN'

const PASSWORD_FAULTS: readonly PasswordFault[] = [
  [CHANGE, 'an empty password', { password: '' }, UNFIT],
  [CHANGE, 'a password of 1001 characters', { password: LONG }, UNFIT],
  [CHANGE, 'a password that is too short for the tenant', twice('short'), UNFIT],
  [CHANGE, 'no repetition', { repeatPassword: undefined }, UNFIT],
  [CHANGE, 'a list for a password', { password: [PASSWORD] }, UNFIT],
  [CHANGE, 'an empty old password', { oldPassword: '' }, NOT_OLD],
  [CHANGE, 'an old password of 1001 characters', { oldPassword: LONG }, NOT_OLD],
  [CHANGE, 'no old password', { oldPassword: undefined }, NOT_OLD],
  [RESET, 'a password that is too short for the tenant', twice('short'), UNFIT_RESET],
  [RESET, 'a number for a password', { password: 5 }, UNFIT_RESET],
  [RESET, 'a token with a space', { token: 'a b' }, NO_TOKEN],
  [RESET, 'a token of 1001 characters', { token: LONG }, NO_TOKEN],
  [RESET, 'no token', { token: undefined }, NO_TOKEN],
]

onEachDatabase(
  (world) => {
    let given: Given
    let admin: Person
    beforeAll(async () => {
      given = await givenPeople(world())
      ;({ admin } = given)
    })

    const expectRefused = (answer: SdwanAnswer, code: SdwanCode): void =>
      expect([answer.codes, answer.status]).toEqual([[code], 400])

    /** Whether he is given a token to reset that operator's password. */
    const asked = async ({ email }: Person, operatorId: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`${email}:${PASSWORD}`).toString('base64')}`
      const url = `${world().url}/v1/operators/${operatorId}/password-resets`
      return (await fetch(url, { method: 'POST', headers: { authorization } })).status
    }

    describe('a password', () => {
      test.each(CASES)('POST …%s refuses with %s', async (operation, code) => {
        const provoke = PROVOKE[operation]?.[code]
        if (provoke === undefined) throw new Error(`nothing provokes ${code}`)
        expectRefused(await provoke(given, 'v2.0'), code)
      })

      test.each(PASSWORD_FAULTS)('POST …%s refuses %s with its code', async (operation, _, fields, code) => {
        const send = operation === CHANGE ? changing(fields) : resetting(fields)
        expectRefused(await send(given, 'v2.0'), code)
      })

      test('that its operator changes ends his other logins, and not the one that he calls with', async () => {
        const someone = await world().person('tenant_viewonly')
        const elsewhere = (await world().logIn(someone.email)).json.x_auth_token
        const password = unique('another password')
        const { status } = await someone.ask('POST', unified('v2.0', CHANGE), {
          body: { oldPassword: PASSWORD, ...twice(password) },
        })
        expect(status).toBe(200)
        const profile = async (text: string) =>
          (await askSdwan(world().url, text, 'GET', '/v2.1/api/profile')).status
        expect([await profile(someone.token), await profile(elsewhere)]).toEqual([200, 401])
        const { email } = someone
        expect((await world().logIn(email)).status).toBe(401)
        expect((await world().logIn(email, { body: { email, password } })).status).toBe(200)
      })

      test('that is forgotten is set with a token of an administrator’s, once', async () => {
        const someone = await world().person('tenant_viewonly')
        const token = await resetTokenOf(given, someone.id)
        const second = await resetTokenOf(given, someone.id)
        const password = unique('a new password')
        expect((await reset(given, { token, ...twice(password) })).status).toBe(200)
        const { email } = someone
        expect((await world().logIn(email, { body: { email, password } })).status).toBe(200)
        // What was made for the password before is over with it.
        for (const text of [token, second]) {
          expectRefused(await reset(given, { token: text, ...twice(PASSWORD) }), NO_TOKEN)
        }
        expect((await world().logIn(email)).status).toBe(401)
      })

      test('is the first of an operator who was made without one', async () => {
        const email = `${unique('op')}@example.org`
        const { id } = await made(admin, '/operators', newOperator({ email }))
        expect((await world().logIn(email)).status).toBe(401)
        const token = await resetTokenOf(given, id)
        const path = `/sdwan/v2.0/api${RESET}`
        const body = { token, ...twice(PASSWORD) }
        expect((await askSdwan(world().url, undefined, 'POST', path, { body })).status).toBe(200)
        expect((await world().logIn(email)).status).toBe(200)
      })

      test('is not set with a token that is over, or of somebody who is disabled', async () => {
        const someone = await world().person('tenant_viewonly')
        const token = await resetTokenOf(given, someone.id)
        aheadMillis = 60 * 60_000
        try {
          expectRefused(await reset(given, { token, ...twice(PASSWORD) }), NO_TOKEN)
        } finally {
          aheadMillis = 0
        }
        await admin.ask('PATCH', legacy(admin, 'v2.2', `/operators/${someone.id}`), {
          body: { disabled: true },
        })
        expectRefused(
          await reset(given, { token, ...twice(PASSWORD) }),
          'OPERATOR_PASSWORD_RESET_INVALID_TOKEN',
        )
      })

      test('has no token made for it by who may less than its operator, nor in another tenant', async () => {
        const { iam, other, viewer } = given
        expect(await asked(iam, viewer.id)).toBe(201)
        expect([await asked(iam, admin.id), await asked(viewer, viewer.id)]).toEqual([403, 403])
        expect([await asked(other, viewer.id), await asked(other, NO_ID)]).toEqual([404, 404])
      })

      test('has no token made for it by who may less by another API', async () => {
        const username = unique('owner')
        const user = {
          username,
          email: `${username}@example.org`,
          password: PASSWORD,
          roles: { astra: 'owner', sdwan: ['tenant_viewonly'] },
        }
        const { sdwanOperatorId } = (await v1(world().url, 'admin', 'POST', '/v1/users', user)) as {
          readonly sdwanOperatorId: string
        }
        expect(await asked(given.iam, sdwanOperatorId)).toBe(403)
        expect(await asked(admin, sdwanOperatorId)).toBe(201)
      })

      test('that is asked for again is answered alike whoever is there', async () => {
        const answers = await Promise.all(
          [given.viewer.email, 'nobody@example.org'].flatMap((email) =>
            [legacy(admin, 'v2.0', FORGOT), `/v2.0/api/tenants/1${FORGOT}`, unified('v2.0', FORGOT)].map(
              (path) => askSdwan(world().url, undefined, 'POST', path, { body: { email } }),
            ),
          ),
        )
        for (const { status, json } of answers) {
          expect([status, json._error]).toEqual([400, answers[0]?.json._error])
        }
      })
    })
  },
  { surroundings: { ambient } },
)
