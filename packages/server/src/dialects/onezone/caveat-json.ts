import { type Caveat, caveatFromJson, caveatToJson, parseInteger } from '@jeton/token'
import { ExactNumber, writableInteger } from '../../exact-json.ts'
import { isJsonObject, withSortedKeys } from './json-value.ts'

/** Caveats as bodies hold them: their integers may have more digits than a JavaScript number does. */

/** @throws {CaveatError} */
export function caveatFromBody(value: unknown): Caveat {
  return caveatFromJson(isJsonObject(value) ? withIntegers(value) : value)
}

/** Integers stand in a caveat or in its list, nowhere deeper. */
function withIntegers(json: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(asInteger) : asInteger(value),
    ]),
  )
}

/** What is written as a fraction stays what no caveat takes. */
function asInteger(value: unknown): unknown {
  return value instanceof ExactNumber ? (parseInteger(value.text) ?? value) : value
}

/** The JSON form of a caveat, ready to be written. */
export function caveatToBody(caveat: Caveat): unknown {
  return withSortedKeys(writable(caveat))
}

function writable(caveat: Caveat): unknown {
  if (caveat.type === 'time') return { ...caveat, validUntil: writableInteger(caveat.validUntil) }
  if (caveat.type === 'asn') return { ...caveat, whitelist: caveat.whitelist.map(writableInteger) }
  return caveatToJson(caveat)
}
