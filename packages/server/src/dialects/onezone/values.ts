import {
  type Caveat,
  CaveatError,
  decodeToken,
  INVITE_TYPES,
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
  typeGate,
} from '@jeton/token'
import type { JsonObject } from '../../authority/named-token.ts'
import { isTokenName } from '../../authority/token-name.ts'
import type { PresentedToken } from '../../authority/presented-token.ts'
import { ExactNumber } from '../../exact-json.ts'
import { arrayOf, type JsonSchema, named, nullable, words } from '../json-schema.ts'
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
import { tokenMalformed, tokenRefused } from './errors.ts'
import { isJsonObject } from './json-value.ts'
import { type ValueParser, valueParser } from './schema.ts'
import { anyObject, caveatShape, flag, text, tokenText, tokenTypeShape } from './shapes.ts'
import { WireRefusal, type WireError } from './wire-error.ts'

/** The values that bodies are made of, each with Onezone's own leniencies and its own complaint. */

/** A token as it was sent, and decoded. Nothing of it is verified. */
export interface SentToken {
  readonly text: string
  readonly token: Token
}

export const token: ValueParser<SentToken> = valueParser(tokenText, (key, value) =>
  decoded(key, value, DECODER),
)

const DECODER = { decode: (text: string): SentToken => ({ text, token: decodeToken(text) }) }

/** A token that is to be verified, and may have been before. */
export const presentedToken: ValueParser<PresentedToken> = valueParser(tokenText, decoded)

/** An invite of that type, to be consumed. */
export function inviteToken(expected: InviteType): ValueParser<PresentedToken> {
  return valueParser(tokenText, (key, value, tokens) => {
    const presented = presentedToken(key, value, tokens)
    const wrongType = typeGate(presented.token, { kind: 'invite', expected })
    if (wrongType !== undefined) throw new WireRefusal(badValueToken(key, tokenRefused(wrongType)))
    return presented
  })
}

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

export const tokenType: ValueParser<TokenType> = valueParser(tokenTypeShape, (key, value) => {
  const type = tokenTypeFromJson(value)
  if (type === undefined) throw new WireRefusal(badValueTokenType(key))
  return type
})

/** As JSON, caveats take less than twice the characters that they take in a token. */
const MAX_CAVEATS_CHARS = 2 * MAX_TOKEN_CHARS

export const caveats: ValueParser<readonly Caveat[]> = valueParser(arrayOf(caveatShape), (key, value) => {
  if (!Array.isArray(value)) throw new WireRefusal(badData(key))
  // A body has room for many more than a token: not worth the work of reading them.
  if (JSON.stringify(value).length > MAX_CAVEATS_CHARS) throw new WireRefusal(tokenTooLarge(MAX_TOKEN_CHARS))
  return value.map(caveat)
})

function caveat(value: unknown): Caveat {
  try {
    return caveatFromBody(value)
  } catch (error) {
    if (!(error instanceof CaveatError)) throw error
    throw new WireRefusal(badValueCaveat(value))
  }
}

export const inviteType: ValueParser<InviteType> = valueParser(words(...INVITE_TYPES), (key, value) => {
  if (!isInviteType(value)) throw new WireRefusal(badValueInviteType(key))
  return value
})

export const boolean: ValueParser<boolean> = valueParser(flag, (key, value) => {
  if (typeof value !== 'boolean') throw new WireRefusal(badValueBoolean(key))
  return value
})

export const jsonObject: ValueParser<JsonObject> = valueParser(anyObject, (key, value) => {
  if (!isJsonObject(value)) throw new WireRefusal(badValueJson(key))
  return value
})

/** `null`: the address is unknown. */
export const ipv4Address: ValueParser<string | null> = valueParser(
  nullable({ type: 'string', format: 'ipv4' }),
  (key, value) => {
    if (value === null) return null
    if (typeof value !== 'string' || parseIpv4(value) === undefined)
      throw new WireRefusal(badValueIpv4Address(key))
    return value
  },
)

/**
 * One of a few words. Onezone counts `null` and booleans among words, so they are "not allowed" where a number is
 * "not a string".
 */
export function oneOf<Word extends string>(...allowed: readonly Word[]): ValueParser<Word> {
  return valueParser(words(...allowed), (key, value) => {
    if (!isWord(value)) throw new WireRefusal(badValueString(key))
    const word = allowed.find((known) => known === value)
    if (word === undefined) throw new WireRefusal(badValueNotAllowed(key, allowed))
    return word
  })
}

/**
 * Zero or more of the allowed words, each taken once; see {@link oneOf} for what counts as a word. A body has room
 * for a million of them.
 *
 * @param title what documents call such a word
 */
export function listOf(title: string, allowed: readonly string[]): ValueParser<readonly string[]> {
  const known = new Set(allowed)
  return valueParser(arrayOf(named(title, words(...allowed))), (key, value) => {
    if (!Array.isArray(value) || !value.every(isWord)) throw new WireRefusal(badValueListOfStrings(key))
    const taken = new Set(value.map(String))
    if (!taken.isSubsetOf(known)) throw new WireRefusal(badValueListNotAllowed(key, allowed))
    return [...taken]
  })
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

/** An integer from `lowest`, its decimal digits as a string, or `"infinity"`. */
export function integerOrInfinity(lowest: number): ValueParser<Integer | 'infinity'> {
  const schema = { anyOf: [{ type: 'integer', minimum: lowest }, words('infinity')] }
  return valueParser(schema, (key, value) => {
    if (value === 'infinity') return value
    const integer = integerIn(value)
    if (integer === undefined) throw new WireRefusal(badValueInteger(key))
    if (integer < lowest) throw new WireRefusal(badValueTooLow(key, lowest))
    return integer
  })
}

/** Reads the value when it is asked for, and complains then. */
export function later<T>(parser: ValueParser<T>): ValueParser<() => T> {
  return valueParser(parser.schema, (key, value, tokens) => () => parser(key, value, tokens))
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
function ruled(
  schema: JsonSchema,
  follows: (text: string) => boolean,
  complaint: WireError,
): ValueParser<string> {
  return valueParser(schema, (key, value, tokens) => {
    const text = stringOrNull(key, value, tokens)
    if (text === null || !follows(text)) throw new WireRefusal(complaint)
    return text
  })
}

/** A text under no rule, or `null`. */
export const stringOrNull: ValueParser<string | null> = valueParser(nullable(text), (key, value) => {
  if (typeof value === 'string' || value === null) return value
  if (typeof value === 'boolean') return String(value)
  throw new WireRefusal(badValueString(key))
})

const NAME_LENGTH = { minLength: 2, maxLength: 128 }

export const name = ruled({ ...text, ...NAME_LENGTH }, isTokenName, badValueName)
export const username = ruled({ ...text, minLength: 2, maxLength: 32 }, isUsername, badValueUsername)
export const fullName = ruled({ ...text, ...NAME_LENGTH }, isFullName, badValueFullName)
export const password = ruled({ ...text, minLength: 8 }, isAcceptablePassword, badValuePassword)
