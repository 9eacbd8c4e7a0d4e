import type { Listing } from '../../accounts/listing.ts'
import { answerList } from './list.ts'
import type { Collection } from './list-rows.ts'
import type { ListParameter } from './list-query.ts'
import { CLOUD, LDAP_GROUP, LDAP_USER, type MediaType, SETTING } from './media-type.ts'
import { ResourceFields } from './resource-fields.ts'
import { type ResourceKind, type Route, route } from './route.ts'
import { cloudShape, collectionShape, ldapGroupShape, ldapUserShape, settingShape } from './shapes.ts'
import type { JsonSchema } from '../json-schema.ts'

/** What the real client asks for beside its work. No directory is connected, nothing is managed: each of these is empty. */
const EMPTY: readonly {
  readonly path: string
  readonly kind: ResourceKind
  readonly operationId: string
  readonly summary: string
  readonly media: MediaType
  readonly shape: JsonSchema
  readonly parameters: readonly ListParameter[]
  readonly isStrictOnAccept?: boolean
}[] = [
  {
    path: '/{account_id}/core/v1/ldapUsers',
    kind: 'ldap',
    operationId: 'astra_list_ldap_users',
    summary: 'List the users of the connected directory: there is none',
    media: LDAP_USER,
    shape: ldapUserShape,
    parameters: ['include', 'limit', 'filter', 'continue'],
    isStrictOnAccept: true,
  },
  {
    path: '/{account_id}/core/v1/ldapGroups',
    kind: 'ldap',
    operationId: 'astra_list_ldap_groups',
    summary: 'List the groups of the connected directory: there is none',
    media: LDAP_GROUP,
    shape: ldapGroupShape,
    parameters: ['include', 'limit', 'filter', 'continue'],
    isStrictOnAccept: true,
  },
  {
    path: '/{account_id}/core/v1/settings',
    kind: 'setting',
    operationId: 'astra_list_settings',
    summary: 'List the settings: there is none to be changed',
    media: SETTING,
    shape: settingShape,
    parameters: ['include', 'limit', 'filter', 'orderBy', 'skip', 'count'],
  },
  {
    // Asked after each call that failed, with that call's headers: it never minds what is acceptable.
    path: '/{account_id}/topology/v1/clouds',
    kind: 'topology',
    operationId: 'astra_list_clouds',
    summary: 'List the clouds: none is managed',
    media: CLOUD,
    shape: cloudShape,
    parameters: ['include', 'limit', 'filter'],
  },
]

export const stubRoutes: readonly Route[] = EMPTY.map(({ shape, parameters, ...stub }) => {
  const collection: Collection<'id'> = {
    media: stub.media,
    fields: new ResourceFields(shape),
    stored: {},
    indexed: ['id'],
    byCreation: 'id',
  }
  return route({
    ...stub,
    method: 'GET',
    callers: ['viewer'],
    list: { parameters, fields: collection.fields },
    shape: collectionShape(shape, stub.media),
    notFound: 1,
    run: (deps, { call, query }) =>
      answerList(deps, {
        collection,
        listing: nothing,
        scope: undefined,
        show: (item) => item,
        query,
        path: call.path,
      }),
  })
})

const nothing: Listing<undefined, 'id', never> = {
  page: async () => [],
  count: async () => 0,
  places: async () => [],
  byIds: async () => [],
}
