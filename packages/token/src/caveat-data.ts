import { canonicalBase64, decodeBase64 } from './base64.ts'
import { type CaveatKind, orList, readEntry, type WhitelistCaveat, whitelistKind } from './caveat-kind.ts'
import { decodeUtf8 } from './utf8.ts'

/** Data may be read only. */
export interface DataReadonlyCaveat {
  readonly type: 'data.readonly'
}

export const dataReadonlyKind: CaveatKind<DataReadonlyCaveat> = {
  word: 'data.readonly',
  parse: (rest) => (rest === undefined ? { type: 'data.readonly' } : undefined),
  fromJson: () => ({ type: 'data.readonly' }),
  serialize: () => 'data.readonly',
  reason: () => 'unverified data access caveat: this token allows for readonly data access',
}

/** Only data under these paths: standard base64 of `/<spaceId>/…`; when it was not asked for in JSON, of any bytes. */
export type DataPathCaveat = WhitelistCaveat<'data.path'>

export const dataPathKind: CaveatKind<DataPathCaveat> = whitelistKind(
  'data.path',
  canonicalBase64,
  (paths) =>
    'unverified data path caveat: this token can only be used to access data under the following paths ' +
    `(and nested directories): '${orList(paths.map(pathInWords))}'`,
  (entry) => isDataPath(decodeBase64(entry)),
)

const SLASH = 0x2f

function isDataPath(path: Uint8Array): boolean {
  return path.length >= 2 && path[0] === SLASH && path.at(-1) !== SLASH
}

function pathInWords(entry: string): string {
  return decodeUtf8(decodeBase64(entry))
}

/** Only these files and what is below them: CDMI object ids; when it was not asked for in JSON, any texts. */
export type DataObjectIdCaveat = WhitelistCaveat<'data.objectid'>

export const dataObjectIdKind: CaveatKind<DataObjectIdCaveat> = whitelistKind(
  'data.objectid',
  readEntry,
  (ids) =>
    'unverified data path caveat: this token can only be used to access data with the following FILE_ID ' +
    `(and nested directories): '${orList(ids)}'`,
  isObjectId,
)

// Hexadecimal: a zero byte, the enterprise number (3), a zero byte, the length (1), the checksum (2), the data. Length
// and checksum are not held against the data: ids are in use whose length does not fit into one byte.
const OBJECT_ID = /^00[0-9A-F]{6}00[0-9A-F]{6}(?<data>[0-9A-F]+)$/i
const GUID = /^(?:guid#[^#]+#[^#]+|shareGuid#[^#]+#[^#]+#[^#]+)$/

function isObjectId(text: string): boolean {
  return GUID.test(guidIn(text) ?? '')
}

/** What an object id says which file it is, `undefined` when it says nothing. */
function guidIn(objectId: string): string | undefined {
  const data = OBJECT_ID.exec(objectId)?.groups?.['data']
  return data === undefined || data.length % 2 !== 0 ? undefined : hexToText(data)
}

/**
 * The spaces that a caveat leaves data in, each once: the first element of each path, or what the object ids name.
 * Entries that are neither leave nothing.
 */
export function spacesOfDataCaveat(caveat: DataPathCaveat | DataObjectIdCaveat): readonly string[] {
  const spaceOf = caveat.type === 'data.path' ? spaceOfPath : spaceOfObjectId
  return [...new Set(caveat.whitelist.flatMap((entry) => spaceOf(entry) ?? []))]
}

function spaceOfPath(entry: string): string | undefined {
  const path = pathInWords(entry)
  return path.startsWith('/') ? path.split('/').find((element) => element !== '') : undefined
}

function spaceOfObjectId(entry: string): string | undefined {
  const guid = guidIn(entry) ?? ''
  return GUID.test(guid) ? guid.split('#')[2] : undefined
}

function hexToText(hex: string): string {
  const bytes = new Uint8Array(hex.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)
  return decodeUtf8(bytes)
}
