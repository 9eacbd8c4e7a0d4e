import { MAX_PASSWORD_BYTES } from '../directory/user-rules.ts'
import { Refused } from '../failure.ts'
import type { PasswordRule } from './session-rule.ts'
import type { PasswordPolicy } from './tenant-settings.ts'

/** Whose password it is, as far as it may be guessed from that. */
export interface PasswordOwner {
  readonly email?: string | undefined
  readonly username?: string | undefined
  readonly fullName?: string | undefined
}

/** What is shorter is in too many words by accident. */
const MIN_IDENTITY_CHARS = 3
const MANY = 2
/** What the calls that set one take. (Prisma SD-WAN, passwords) */
const MAX_PASSWORD_CHARS = 1000

/** @throws {Refused} `password_unfit`, of the first rule that it breaks */
export function checkPasswordPolicy(policy: PasswordPolicy, password: string, owner: PasswordOwner): void {
  const broken = brokenRule(policy, password, owner)
  if (broken !== undefined) throw new Refused({ kind: 'password_unfit', rule: broken })
}

function brokenRule(
  policy: PasswordPolicy,
  password: string,
  owner: PasswordOwner,
): PasswordRule | undefined {
  const chars = password.length
  const isTooLong =
    Buffer.byteLength(password) > MAX_PASSWORD_BYTES ||
    (policy.isMaximumLengthEnabled && chars > policy.maximumLength)
  if (chars === 0 || (policy.isMinimumLengthEnabled && chars < policy.minimumLength)) return 'too_short'
  if (isTooLong) return 'too_long'
  if (policy.needsTwoLowerCaseLetters && isFew(password, /\p{Ll}/gu)) return 'too_few_lower_case_letters'
  if (policy.needsTwoUpperCaseLetters && isFew(password, /\p{Lu}/gu)) return 'too_few_upper_case_letters'
  if (policy.needsTwoNumbers && isFew(password, /\p{Nd}/gu)) return 'too_few_numbers'
  if (policy.needsTwoSpecialCharacters && isFew(password, /[^\p{L}\p{N}]/gu))
    return 'too_few_special_characters'
  return policy.isIdentityDifferenceEnabled && isLike(password, owner) ? 'like_identity' : undefined
}

/** Whether no password at all can be as long, as short and as mixed as a policy wants it. */
export function isUnmeetable(policy: PasswordPolicy): boolean {
  const kinds = [
    policy.needsTwoLowerCaseLetters,
    policy.needsTwoUpperCaseLetters,
    policy.needsTwoNumbers,
    policy.needsTwoSpecialCharacters,
  ]
  const mixed = MANY * kinds.filter(Boolean).length
  const least = Math.max(1, mixed, policy.isMinimumLengthEnabled ? policy.minimumLength : 0)
  const most = Math.min(MAX_PASSWORD_CHARS, policy.isMaximumLengthEnabled ? policy.maximumLength : Infinity)
  return least > most
}

function isFew(password: string, characters: RegExp): boolean {
  return (password.match(characters)?.length ?? 0) < MANY
}

/** Whether any of his names, or what stands before the @ of his address, is in it, in whatever case. */
function isLike(password: string, { email, username, fullName }: PasswordOwner): boolean {
  const names = [email?.split('@')[0], username, ...(fullName?.split(/\s+/) ?? [])]
  const lowered = password.toLowerCase()
  return names.some(
    (name) => name !== undefined && name.length >= MIN_IDENTITY_CHARS && lowered.includes(name.toLowerCase()),
  )
}
