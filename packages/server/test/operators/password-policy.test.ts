import { describe, expect, test } from 'bun:test'
import { Refused } from '../../src/failure.ts'
import { checkPasswordPolicy, type PasswordOwner } from '../../src/operators/password-policy.ts'
import { DEFAULT_PASSWORD_POLICY, type PasswordPolicy } from '../../src/operators/tenant-settings.ts'

const OWNER: PasswordOwner = { email: 'ada.l@example.org', username: 'countess', fullName: 'Ada de Lovelace' }
const NOTHING: PasswordPolicy = { ...DEFAULT_PASSWORD_POLICY, isMinimumLengthEnabled: false }

function ruleBroken(policy: Partial<PasswordPolicy>, password: string, owner = OWNER): string | undefined {
  try {
    checkPasswordPolicy({ ...NOTHING, ...policy }, password, owner)
    return undefined
  } catch (error) {
    if (!(error instanceof Refused) || error.failure.kind !== 'password_unfit') throw error
    return error.failure.rule
  }
}

describe('a new password', () => {
  const identity = { isIdentityDifferenceEnabled: true }
  const cases: readonly (readonly [policy: Partial<PasswordPolicy>, rule: string, password: string])[] = [
    [{}, 'none', 'a'],
    [{}, 'too_short', ''],
    [{}, 'none', 'x'.repeat(1024)],
    [{}, 'too_long', 'x'.repeat(1025)],
    [{}, 'too_long', 'ü'.repeat(513)],
    [{ isMinimumLengthEnabled: true, minimumLength: 8 }, 'too_short', '1234567'],
    [{ isMinimumLengthEnabled: true, minimumLength: 8 }, 'none', '12345678'],
    [{ isMinimumLengthEnabled: false, minimumLength: 8 }, 'none', '1234567'],
    [{ isMaximumLengthEnabled: true, maximumLength: 8 }, 'too_long', '123456789'],
    [{ isMaximumLengthEnabled: true, maximumLength: 8 }, 'none', '12345678'],
    [{ needsTwoLowerCaseLetters: true }, 'too_few_lower_case_letters', 'aBCD'],
    [{ needsTwoLowerCaseLetters: true }, 'none', 'aBCß'],
    [{ needsTwoUpperCaseLetters: true }, 'too_few_upper_case_letters', 'Abcd'],
    [{ needsTwoUpperCaseLetters: true }, 'none', 'AbcÄ'],
    [{ needsTwoNumbers: true }, 'too_few_numbers', 'abc1'],
    [{ needsTwoNumbers: true }, 'none', 'a1c2'],
    [{ needsTwoSpecialCharacters: true }, 'too_few_special_characters', 'abc!'],
    [{ needsTwoSpecialCharacters: true }, 'none', 'a bc!'],
    [identity, 'like_identity', 'my ADA.L rules'],
    [identity, 'like_identity', 'the Countess!'],
    [identity, 'like_identity', 'xLOVELACEx'],
    [identity, 'like_identity', 'Ada is short, and too long for chance'],
    [identity, 'none', 'made of dew'],
    [{}, 'none', 'the Countess!'],
  ]
  test.each(cases)('under %j breaks %s', (policy, rule, password) => {
    expect(ruleBroken(policy, password) ?? 'none').toBe(rule)
  })

  test('is like nobody of whom nothing is known', () => {
    expect(ruleBroken(identity, 'undefined', {})).toBeUndefined()
  })
})
