import { iso8601 } from '@jeton/token'
import type { Ambient } from '../../ambient.ts'

/** How long the names get that Onezone makes up itself. */
const MAX_CHARS = 50
const RANDOM_BYTES = 3
const NOT_OF_NAMES = /[^)(\p{L}\p{N}_ .-]/gu

/**
 * The name of an invite that nobody has named: `user invite to space - Gamma 1f3c9a`. Cut when the entity has a long
 * name; what no token name may hold becomes a hyphen.
 */
export function inviteName(ambient: Ambient, purpose: string, entityName: string): string {
  const mark = randomMark(ambient)
  const room = MAX_CHARS - `${purpose} -  ${mark}`.length
  // By code points: half a surrogate pair is no letter.
  const characters = Array.from(entityName.replace(NOT_OF_NAMES, '-'))
  const shown = characters.length <= room ? characters : [...characters.slice(0, room - 3), '...']
  return `${purpose} - ${shown.join('')} ${mark}`
}

/** `access token 2023-11-14T22.13.20Z 1f3c9a`: no token name holds a colon. */
export function accessTokenName(ambient: Ambient): string {
  return `access token ${iso8601(ambient.now()).replaceAll(':', '.')} ${randomMark(ambient)}`
}

/** Names are unique for each subject. */
function randomMark(ambient: Ambient): string {
  return ambient.randomBytes(RANDOM_BYTES).toHex()
}
