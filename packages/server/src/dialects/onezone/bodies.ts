import { INTERFACES, INVITE_TYPES, type InviteType, type TokenType, tokenTypeFromJson } from '@jeton/token'
import { INVITE_RULES } from '../../authority/invite-rules.ts'
import { ADMIN_PRIVILEGES } from '../../directory/privileges.ts'
import { badValueTokenType } from './catalogue-data.ts'
import { isJsonObject } from './json-value.ts'
import { type BodyParser, bodyOf, bodyParser, eitherBody } from './schema.ts'
import {
  boolean,
  caveats,
  fullName,
  integerOrInfinity,
  inviteType,
  ipv4Address,
  jsonObject,
  later,
  listOf,
  name,
  oneOf,
  password,
  presentedToken,
  stringOrNull,
  token,
  tokenType,
  username,
} from './values.ts'
import { WireRefusal } from './wire-error.ts'

/** The bodies of the Onezone token and user operations. */

export const examineBody = bodyOf({ required: { token } })

export const confineBody = bodyOf({ required: { caveats, token } })

export const inferScopeBody = bodyOf({
  required: { token: presentedToken },
  optional: { consumerToken: presentedToken },
})

const tokenInterface = oneOf(...INTERFACES)

export const verifyAccessBody = bodyOf({
  required: { token: presentedToken },
  optional: {
    allowDataAccessCaveats: boolean,
    consumerToken: presentedToken,
    interface: tokenInterface,
    peerIp: ipv4Address,
    serviceToken: presentedToken,
  },
})

export const verifyIdentityBody = bodyOf({
  required: { token: presentedToken },
  optional: { consumerToken: presentedToken, interface: tokenInterface, peerIp: ipv4Address },
})

export const verifyInviteBody = bodyOf({
  required: { token: presentedToken },
  optional: { consumerToken: presentedToken, expectedInviteType: inviteType, peerIp: ipv4Address },
})

const namedTokenFields = {
  required: { name },
  optional: { caveats, customMetadata: jsonObject, revoked: boolean, type: tokenType },
}

/** A bad limit is complained of only once the subject is known to be allowed to invite (order of a creation's checks). */
const usageLimit = later(integerOrInfinity(1))
const plainTokenBody = bodyOf(namedTokenFields)

/** Whatever any named token takes: what its schema shows. */
const anyTokenBody = bodyOf({
  required: namedTokenFields.required,
  optional: {
    ...namedTokenFields.optional,
    privileges: listOf('CarriedPrivilege', [
      ...new Set(INVITE_TYPES.flatMap((type) => INVITE_RULES[type].carried?.allowed ?? [])),
    ]),
    usageLimit,
  },
})

/** What only invites have is looked at for them alone, and `privileges` only where the invite type carries some. */
function inviteTokenBody(type: InviteType) {
  const allowed = INVITE_RULES[type].carried?.allowed
  const { required, optional } = namedTokenFields
  return allowed === undefined
    ? bodyOf({ required, optional: { ...optional, usageLimit } })
    : bodyOf({
        required,
        optional: { ...optional, privileges: listOf('CarriedPrivilege', allowed), usageLimit },
      })
}

/**
 * A named token to be created. A `type` that is an object and no type is complained of before anything else, even
 * before a body that is no object: Onezone reads it to know which other keys there are.
 */
export const namedTokenBody: BodyParser<ReturnType<typeof anyTokenBody>> = bodyParser(
  anyTokenBody.schema,
  (body, tokens) => {
    const type = announcedType(body)
    const parse = type?.kind === 'invite' ? inviteTokenBody(type.inviteType) : plainTokenBody
    return parse(body, tokens)
  },
)

function announcedType(body: unknown): TokenType | undefined {
  if (!isJsonObject(body) || !isJsonObject(body['type'])) return undefined
  const type = tokenTypeFromJson(body['type'])
  if (type === undefined) throw new WireRefusal(badValueTokenType('type'))
  return type
}

export const temporaryTokenBody = bodyOf({ optional: { caveats, type: tokenType } })

export const tokenChangeBody = bodyOf({ atLeastOne: { customMetadata: jsonObject, name, revoked: boolean } })

const newUserBodyWithPassword = bodyOf({ required: { password, username }, optional: { fullName } })
const newUserBodyWithout = bodyOf({ optional: { fullName, username } })

/** A user to be created. Whoever gets a password must have the name to use it with. */
export const newUserBody: BodyParser<{ fullName?: string; username?: string; password?: string }> =
  bodyParser(eitherBody([newUserBodyWithPassword, newUserBodyWithout]), (body, tokens) =>
    isJsonObject(body) && body['password'] !== undefined
      ? newUserBodyWithPassword(body, tokens)
      : newUserBodyWithout(body, tokens),
  )

export const profileBody = bodyOf({ atLeastOne: { fullName, username } })

export const passwordChangeBody = bodyOf({
  required: { newPassword: password, oldPassword: stringOrNull },
})

export const passwordLoginBody = bodyOf({
  atLeastOne: { basicAuthEnabled: boolean, newPassword: password },
})

export const accessBlockBody = bodyOf({ required: { blocked: boolean } })

const adminPrivileges = listOf('AdminPrivilege', ADMIN_PRIVILEGES)

export const privilegeChangeBody = bodyOf({ atLeastOne: { grant: adminPrivileges, revoke: adminPrivileges } })
