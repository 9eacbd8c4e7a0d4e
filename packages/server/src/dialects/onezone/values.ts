import {
  type Caveat,
  CaveatError,
  decodeToken,
  type InviteType,
  isInviteType,
  MAX_TOKEN_CHARS,
  type Integer,
  parseInteger,
  parseIpv4,
  type Token,
  TokenError,
  type TokenType,
  tokenTypeFromJson,
} from '@jeton/token'
import type { JsonObject } from '../../authority/named-token.ts'
import type { PresentedToken } from '../../authority/verification-memory.ts'
import { ExactNumber } from '../../exact-json.ts'
import { isAcceptablePassword, isFullName, isUsername } from '../../directory/user-rules.ts'
import {
  badData,
  badValueBoolean,
  badValueCaveat,
  badValueEmpty,
  badValueFullName,
  badValueInteger,
  badValueInviteType,
  badValueIpv4Address,
  badValueJson,
  badValueListNotAllowed,
  badValueListOfStrings,
  badValueName,
  badValueNotAllowed,
  badValuePassword,
  badValueString,
  badValueToken,
  badValueTokenType,
  badValueTooLow,
  badValueUsername,
} from './catalogue-data.ts'
import { badToken, tokenTooLarge } from './catalogue-tokens.ts'
import { caveatFromBody } from './caveat-json.ts'
import { tokenMalformed } from './errors.ts'
import { isJsonObject } from './json-value.ts'
import type { ValueParser } from './schema.ts'
import { WireRefusal, type WireError } from './wire-error.ts'

/** The values that bodies are made of, each with Onezone's own leniencies and its own complaint. */

/** A token as it was sent, and decoded. Nothing of it is verified. */
export interface SentToken {
  readonly text: string
  readonly token: Token
}

export const token: ValueParser<SentToken> = (key, value) => decoded(key, value, DECODER)

const DECODER = { decode: (text: string): SentToken => ({ text, token: decodeToken(text) }) }

/** A token that is to be verified, and may have been before. */
export const presentedToken: ValueParser<PresentedToken> = (key, value, tokens) => decoded(key, value, tokens)

function decoded<T>(key: string, value: unknown, tokens: { readonly decode: (text: string) => T }): T {
  if (value === '') throw new WireRefusal(badValueEmpty(key))
  if (typeof value !== 'string') throw new WireRefusal(badValueToken(key, badToken))
  try {
    return tokens.decode(value)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new WireRefusal(badValueToken(key, tokenMalformed(error)))
  }
}

export const tokenType: ValueParser<TokenType> = (key, value) => {
  const type = tokenTypeFromJson(value)
  if (type === undefined) throw new WireRefusal(badValueTokenType(key))
  return type
}

/** As JSON, caveats take less than twice the characters that they take in a token. */
const MAX_CAVEATS_CHARS = 2 * MAX_TOKEN_CHARS

export const caveats: ValueParser<readonly Caveat[]> = (key, value) => {
  if (!Array.isArray(value)) throw new WireRefusal(badData(key))
  // A body has room for many more than a token: not worth the work of reading them.
  if (JSON.stringify(value).length > MAX_CAVEATS_CHARS) throw new WireRefusal(tokenTooLarge(MAX_TOKEN_CHARS))
  return value.map(caveat)
}

function caveat(value: unknown): Caveat {
  try {
    return caveatFromBody(value)
  } catch (error) {
    if (!(error instanceof CaveatError)) throw error
    throw new WireRefusal(badValueCaveat(value))
  }
}

export const inviteType: ValueParser<InviteType> = (key, value) => {
  if (!isInviteType(value)) throw new WireRefusal(badValueInviteType(key))
  return value
}

export const boolean: ValueParser<boolean> = (key, value) => {
  if (typeof value !== 'boolean') throw new WireRefusal(badValueBoolean(key))
  return value
}

export const jsonObject: ValueParser<JsonObject> = (key, value) => {
  if (!isJsonObject(value)) throw new WireRefusal(badValueJson(key))
  return value
}

/** `null`: the address is unknown. */
export const ipv4Address: ValueParser<string | null> = (key, value) => {
  if (value === null) return null
  if (typeof value !== 'string' || parseIpv4(value) === undefined)
    throw new WireRefusal(badValueIpv4Address(key))
  return value
}

/**
 * One of a few words. Onezone counts `null` and booleans among words, so they are "not allowed" where a number is
 * "not a string".
 */
export function oneOf<Word extends string>(...allowed: readonly Word[]): ValueParser<Word> {
  return (key, value) => {
    if (!isWord(value)) throw new WireRefusal(badValueString(key))
    const word = allowed.find((known) => known === value)
    if (word === undefined) throw new WireRefusal(badValueNotAllowed(key, allowed))
    return word
  }
}

/**
 * Zero or more of the allowed words, each taken once; see {@link oneOf} for what counts as a word. A body has room
 * for a million of them.
 */
export function listOf(allowed: readonly string[]): ValueParser<readonly string[]> {
  const known = new Set(allowed)
  return (key, value) => {
    if (!Array.isArray(value) || !value.every(isWord)) throw new WireRefusal(badValueListOfStrings(key))
    const words = new Set(value.map(String))
    if (!words.isSubsetOf(known)) throw new WireRefusal(badValueListNotAllowed(key, allowed))
    return [...words]
  }
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

/** An integer from `lowest`, its decimal digits as a string, or `"infinity"`. */
export function integerOrInfinity(lowest: number): ValueParser<Integer | 'infinity'> {
  return (key, value) => {
    if (value === 'infinity') return value
    const integer = integerIn(value)
    if (integer === undefined) throw new WireRefusal(badValueInteger(key))
    if (integer < lowest) throw new WireRefusal(badValueTooLow(key, lowest))
    return integer
  }
}

function integerIn(value: unknown): Integer | undefined {
  if (typeof value === 'string') return parseInteger(value)
  if (value instanceof ExactNumber) return parseInteger(value.text)
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

/**
 * A text that follows a rule. Booleans are taken for their own names and `null` for a text that breaks the rule:
 * only numbers, arrays and objects are "not a string".
 */
function ruled(follows: (text: string) => boolean, complaint: WireError): ValueParser<string> {
  return (key, value, tokens) => {
    const text = stringOrNull(key, value, tokens)
    if (text === null || !follows(text)) throw new WireRefusal(complaint)
    return text
  }
}

/** A text under no rule, or `null`. */
export const stringOrNull: ValueParser<string | null> = (key, value) => {
  if (typeof value === 'string' || value === null) return value
  if (typeof value === 'boolean') return String(value)
  throw new WireRefusal(badValueString(key))
}

const TOKEN_NAME = /^[)(\p{L}\p{N}_][)(\p{L}\p{N}_ .-]{0,126}[)(\p{L}\p{N}_]$/u

export const name = ruled((text) => TOKEN_NAME.test(text), badValueName)
export const username = ruled(isUsername, badValueUsername)
export const fullName = ruled(isFullName, badValueFullName)
export const password = ruled(isAcceptablePassword, badValuePassword)
