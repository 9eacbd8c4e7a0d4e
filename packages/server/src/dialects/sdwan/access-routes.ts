import type { JsonObject } from '../../authority/named-token.ts'
import { Refused } from '../../failure.ts'
import { isOpen, type Rights, type Term } from '../../operators/evaluation.ts'
import type { SessionFacts } from '../../operators/known-sessions.ts'
import { logIn, logOut } from '../../operators/login.ts'
import type { Operator } from '../../operators/operator.ts'
import { noteProfileCalled } from '../../operators/verify-session.ts'
import { loginBody } from './access-bodies.ts'
import { authResourceShape, loginPlaceShape, loginShape, logoutShape, profileShape } from './access-shapes.ts'
import { legacyMaps, unifiedMaps } from './api-map.ts'
import type { SdwanDeps } from './deps.ts'
import { operatorJson } from './operator-json.ts'
import { refusal } from './refusal.ts'
import { objectAnswer, systemFields, textAnswer } from './render.ts'
import { customRoleJson, namedRoles } from './role-json.ts'
import { operation, publicOperation, type Route } from './route.ts'
import { shownOnce } from './shown-once.ts'

const COOKIE_NAME = 'AUTH_TOKEN'

/** How somebody comes in, who he is there, and what he may (Prisma SD-WAN, login, profile, permissions). */
export const accessRoutes: readonly Route[] = [
  ...publicOperation({
    method: 'POST',
    path: '/login',
    versions: ['v2.0'],
    summary: 'Open a session with a password; its credential is a cookie too',
    section: 'access',
    body: loginBody,
    takesForm: true,
    shape: loginShape,
    codes: ['LOGIN_FAILED'],
    async run(deps, exchange) {
      const { body, call } = exchange
      const { email: name, password, requestId, logout_others: logoutOthers = false } = body
      if (password === undefined) {
        throw requestId === undefined
          ? refusal('BAD_REQUEST', 'password is missing')
          : refusal('LOGIN_FAILED')
      }
      const { clientAddress, headers, origin } = call
      const userAgent = headers.get('user-agent') ?? ''
      const { text } = await logIn(deps, { name, password, logoutOthers, clientAddress, userAgent })
      // Over plain HTTP a cookie that asks for TLS is thrown away, and the client goes on without credentials.
      const secure = origin.startsWith('https:') ? '; Secure' : ''
      // Strict: a body needs no content type here, so any page could have a browser send one with the cookie.
      const cookie = `${COOKIE_NAME}=${text}; Path=/; HttpOnly; SameSite=Strict${secure}`
      return objectAnswer(exchange, { x_auth_token: text }, { 'set-cookie': cookie })
    },
  }),
  ...publicOperation({
    method: 'GET',
    path: '/login',
    versions: ['v2.0'],
    summary: 'Tell where to log in',
    section: 'access',
    shape: loginPlaceShape,
    run: (deps, exchange) =>
      objectAnswer(exchange, { api_endpoint: exchange.call.origin, login_region: deps.sdwan.region }),
  }),
  ...operation({
    method: 'GET',
    path: '/logout',
    versions: ['v2.0'],
    summary: 'End the session that calls; a static token stays what it is',
    section: 'access',
    callers: 'authenticated',
    isEnding: true,
    shape: logoutShape,
    async run(deps, exchange) {
      await logOut(deps, exchange.caller)
      return objectAnswer(exchange, {}, { 'set-cookie': `${COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly` })
    },
  }),
  ...operation({
    method: 'GET',
    path: '/profile',
    versions: ['v2.0', 'v2.1'],
    operationIds: {
      'v2.0': 'atl-application-profile-v2.0',
      'v2.1': 'atl-application-profilev2n1-v2.1',
    },
    summary: 'Tell who calls; this opens a new access token for everything else',
    section: 'access',
    callers: 'authenticated',
    isFirstOfBearers: true,
    shape: profileShape,
    async run(deps, exchange) {
      const { caller, isUnified } = exchange
      const operator = await deps.operators.findOf(caller.userId)
      // Removed this very moment, his sessions with him.
      if (operator === undefined) throw new Refused({ kind: 'not_authenticated' })
      await noteProfileCalled(deps, caller)
      const text = profileText(caller, [operator, isUnified], () =>
        JSON.stringify(profileJson(caller, operator, isUnified, deps.sdwan.region)),
      )
      return textAnswer(exchange, text)
    },
  }),
  ...operation({
    method: 'GET',
    path: '/permissions',
    versions: ['v2.0'],
    operationIds: { 'v2.0': 'atl-application-permissions-v2.0' },
    summary: 'Tell what the caller may do, and where each resource is',
    section: 'access',
    callers: 'authenticated',
    shape: authResourceShape,
    run(deps, exchange) {
      const { caller, isUnified } = exchange
      const { allowed, denied } = caller.rights
      const make = () => JSON.stringify(authResourceJson(deps, caller, isUnified))
      // System roles have no windows: what they allow is the same at all times.
      const isLasting = allowed.length === 0 && denied.length === 0
      return textAnswer(exchange, isLasting ? authResourceText(caller, [isUnified], make) : make())
    },
  }),
]

const profileText = shownOnce()
const authResourceText = shownOnce()

function profileJson(
  caller: SessionFacts,
  operator: Operator,
  isUnified: boolean,
  region: string,
): JsonObject {
  const { sdwanTenantId, roles, customRoles, sessionId, kind } = caller
  return {
    // Of the roles those that this very credential has: a token may have fewer than its operator.
    ...operatorJson(
      { isUnified, sdwanTenantId, hasIam: false },
      { operator: { ...operator, roles }, customRoles },
    ),
    session_id: sessionId,
    token_session: kind === 'token',
    // Clients of the unified paths want it as much as others do, though their schema has it not.
    tenant_id: sdwanTenantId,
    region,
  }
}

function authResourceJson(
  { ambient, sdwan }: SdwanDeps,
  caller: SessionFacts,
  isUnified: boolean,
): JsonObject {
  const { operatorId, sdwanTenantId, sessionId, roles, customRoles, rights } = caller
  return {
    id: sessionId,
    operator_id: operatorId,
    tenant_id: sdwanTenantId,
    ...(isUnified ? unifiedMaps : legacyMaps),
    resource_role_map: [],
    version_exceptions_map: [],
    ...effective(rights, ambient.nowMillis(), sdwan.region),
    roles: namedRoles(roles),
    custom_roles: customRoles.map((role) => customRoleJson({ isUnified, sdwanTenantId }, role)),
    x_auth_token: null,
    redirect_region: null,
    redirect_urlpath: null,
    redirect_x_auth_token: null,
    ...systemFields({ etag: 1, createdUtc: sessionId, updatedUtc: sessionId }),
  }
}

/** What is allowed and what is denied at this moment: both sets as objects, as they are published. */
function effective({ base, allowed, denied }: Rights, nowMillis: number, region: string): JsonObject {
  const valuesOf = (terms: readonly Term[]): readonly string[] =>
    terms.filter((term) => isOpen(term, nowMillis, region)).map(({ pattern }) => valueOf(pattern))
  return {
    permissions: setOf([...base.flatMap((granted) => [...granted]), ...valuesOf(allowed)]),
    disallowed_permissions: setOf(valuesOf(denied)),
  }
}

function valueOf({ method, segments }: Term['pattern']): string {
  return `${method === undefined ? '' : `${method}+`}/${segments.join('/')}`
}

function setOf(values: readonly string[]): JsonObject {
  return Object.fromEntries(values.map((value) => [value, true]))
}
