import { changeSettings, getSettings, type SettingsChange } from '../../operators/settings.ts'
import type { PasswordPolicy } from '../../operators/tenant-settings.ts'
import type { ParsedBy } from './body.ts'
import type { SdwanDeps } from './deps.ts'
import { requireEtag, requireOwnTenant } from './edge-checks.ts'
import { keptFields, withoutUndefined } from './present-fields.ts'
import { textAnswer } from './render.ts'
import { tenantShape } from './resource-shapes.ts'
import { type Exchange, operation, type Route, type Version } from './route.ts'
import { shownOnce } from './shown-once.ts'
import { tenantBody, tenantPartBody } from './tenant-body.ts'
import { POLICY_FIELDS, tenantJson } from './tenant-json.ts'

/** All that ever were: clients of some years ask for the one of theirs. */
const VERSIONS = [
  'v2.0',
  'v2.1',
  'v2.2',
  'v2.3',
  'v2.4',
  'v2.5',
  'v2.6',
  'v2.7',
  'v2.8',
  'v2.9',
  'v2.10',
  'v2.11',
  'v2.12',
  'v2.13',
] as const satisfies readonly Version[]

const common = {
  path: '/tenants/{tenant_id}',
  section: 'tenants',
  versions: VERSIONS,
  shape: tenantShape,
  foreignTenant: 'TENANT_INVALID_CLIENT_ID',
} as const

const changing = {
  ...common,
  codes: [
    'OPERATOR_INVALID_ETAG',
    'TENANT_PASSWORD_AGING_PREVENT_LOCKOUT',
    'TENANT_INVALID_CANONICAL_NAME_CHANGE',
  ],
} as const

export const tenantRoutes: readonly Route[] = [
  ...operation({
    ...common,
    method: 'GET',
    summary: 'Show the tenant',
    run: (deps, exchange) => show(deps, exchange, getSettings(deps, exchange.caller.tenantId)),
  }),
  ...operation({
    ...changing,
    method: 'PUT',
    summary: 'Replace what can be set of the tenant; rules for passwords that are not sent stay',
    body: tenantBody,
    run: (deps, exchange) => change(deps, exchange, true, requireEtag(exchange.body)),
  }),
  ...operation({
    ...changing,
    method: 'PATCH',
    summary: 'Change of the tenant what is sent',
    body: tenantPartBody,
    run: (deps, exchange) => change(deps, exchange, false, exchange.body._etag),
  }),
]

function change(deps: SdwanDeps, exchange: Exchange<PartBody>, isWhole: boolean, etag: number | undefined) {
  const { body, caller } = exchange
  requireOwnTenant(body, exchange, 'TENANT_INVALID_CLIENT_ID')
  return show(deps, exchange, changeSettings(deps, caller, changeOf(body, isWhole), etag))
}

async function show(deps: SdwanDeps, exchange: Exchange<unknown>, found: ReturnType<typeof getSettings>) {
  const settings = await found
  const hasPrisma = exchange.version === 'v2.13'
  const text = tenantText(settings, [hasPrisma], () =>
    JSON.stringify(tenantJson(settings, deps.sdwan.region, hasPrisma)),
  )
  return textAnswer(exchange, text)
}

const tenantText = shownOnce()

type PartBody = ParsedBy<typeof tenantPartBody>

/** As with operators: `null` is the empty value, and so is with PUT what is not there. */
function changeOf(body: PartBody, isWhole: boolean): SettingsChange {
  return {
    name: body.name,
    canonicalName: body.canonical_name,
    description: body.description ?? (isWhole ? null : body.description),
    passwordPolicy: body.password_policy && policyOf(body.password_policy),
    profile: keptFields(body, KEPT_FIELDS, isWhole),
  }
}

function policyOf(sent: NonNullable<PartBody['password_policy']>): Partial<PasswordPolicy> {
  return withoutUndefined(
    Object.fromEntries(Object.entries(POLICY_FIELDS).map(([field, name]) => [field, sent[name]])),
  )
}

const KEPT_FIELDS = ['address', 'phone_numbers', 'ipv4_list', 'tsg_id'] as const
