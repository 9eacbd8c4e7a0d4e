import { describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { astraApi } from '../../src/dialects/astra/openapi.ts'
import { onezoneApi } from '../../src/dialects/onezone/openapi.ts'
import { openApiDocument } from '../../src/dialects/openapi-document.ts'
import { legacyMaps, RESOURCES, unifiedMaps } from '../../src/dialects/sdwan/api-map.ts'
import { sdwanApi } from '../../src/dialects/sdwan/openapi.ts'
import { isPublic } from '../../src/dialects/sdwan/route.ts'
import { routes } from '../../src/dialects/sdwan/routes.ts'
import { API_PERMISSIONS } from '../../src/operators/base-permissions.ts'
import { sdwanDocument } from '../../testing/sdwan-client.ts'

const operations = Object.values(sdwanDocument.paths).flatMap((item) =>
  Object.entries(item).flatMap(([method, operation]) => (method === 'parameters' ? [] : [operation])),
)

describe('the document of Prisma SD-WAN', () => {
  test('is OpenAPI 3.1, alone and together with the others', async () => {
    const validator = new Validator()
    expect(await validator.validate({ ...structuredClone(sdwanDocument) })).toEqual({ valid: true })
    const apis = [onezoneApi(), astraApi(), sdwanApi()]
    const all = openApiDocument({ title: 'All', version: '1' }, apis)
    expect(await validator.validate(JSON.parse(JSON.stringify(all)))).toEqual({ valid: true })
  })

  test('has every operation of the route table, and of others the one that makes access tokens', () => {
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
      [...routes.map(({ operationId }) => operationId), 'create_access_token'].toSorted(),
    )
  })

  test('has the published names of operations at the legacy paths, and the older ones elsewhere', () => {
    const idOf = (method: string, path: string) =>
      routes.find((route) => route.method === method && route.path === path)?.operationId
    const tokens = '/v2.1/api/tenants/{tenant_id}/operators/{operator_id}/authtokens'
    expect(idOf('GET', tokens)).toBe('atl-authtokenv2n1-getauthtokens-v2.1')
    expect(idOf('POST', tokens.replace('v2.1', 'v2.0'))).toBe('atl-authtoken-createauthtoken-v2.0')
    expect(idOf('DELETE', `${tokens}/{authtoken_id}`)).toBe('atl-authtokenv2n1-deleteauthtoken-v2.1')
    expect(idOf('GET', '/sdwan/v2.1/api/operators/{operator_id}/authtokens')).toBe(
      'get-sdwan-v2.1-api-operators-operator_id-authtokens',
    )
  })

  test.each(routes.map(({ operationId, summary }) => [operationId, summary]))(
    '%s has a summary of one line, an order without a full stop',
    (_, summary) => {
      expect(summary).toMatch(/^[A-Z][a-z]+ .*[^.]$/)
      expect(summary?.length).toBeLessThanOrEqual(90)
    },
  )

  test('names the secret of a token in two answers only', () => {
    const shown = Object.entries(sdwanDocument.components.schemas).filter(([, schema]) => {
      const { x_auth_token: secret } = Object(schema['properties'])
      return secret !== undefined && secret.type !== 'null'
    })
    expect(shown.map(([name]) => name).toSorted()).toEqual(['SdwanLogin', 'SdwanNewAuthToken'])
  })
})

describe('the table of routes', () => {
  test('asks for each permission that roles know of, and for no other', () => {
    const asked = routes.flatMap((route) => (isPublic(route) ? [] : [route.permission]))
    const distinct = new Set(asked.filter((permission) => permission !== undefined))
    expect([...distinct].toSorted()).toEqual([...API_PERMISSIONS].toSorted())
  })

  test('asks for the same permission at both paths of an operation', () => {
    const key = (route: (typeof routes)[number]) =>
      `${route.method} ${route.version} ${route.path.replace('/sdwan', '').replace('/tenants/{tenant_id}', '')}`
    const byOperation = Map.groupBy(
      routes.filter((route) => route.section !== 'tenants'),
      key,
    )
    for (const [operation, both] of byOperation) {
      const permissions = both.map((route) => ('permission' in route ? route.permission : 'none'))
      // Of the custom permissions the list is at no unified path: there is the map of the caller's own.
      if (!operation.endsWith('/permissions'))
        expect([operation, new Set(permissions).size]).toEqual([operation, 1])
    }
  })

  test.each(Object.entries(RESOURCES))(
    'serves %s at the version and the path of the map',
    (key, resource) => {
      const { path, version } = resource
      const at = routes.filter((route) => route.path === `/${version}/api${path}`)
      expect(at.length).toBeGreaterThan(0)
      expect(legacyMaps.resource_version_map[key]).toBe(version)
      expect(String(legacyMaps.resource_uri_map[key])).toBe(`/%s/api${path.replaceAll(/\{\w+\}/g, '%s')}`)
      expect(String(unifiedMaps.resource_uri_map[key])).toMatch(/^\/sdwan\/%s\/api(?:\/(?:%s|[a-z_]+))*$/)
    },
  )
})
