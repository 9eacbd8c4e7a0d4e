import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type ApiCaveat,
  apiCaveatAllows,
  caveatFromJson,
  type Operation,
  type Resource,
  type ServiceCaveat,
  serviceCaveatAllowsOnezoneCall,
} from '../src/index.ts'

const token: Resource = { type: 'token', id: 't1', aspect: 'instance', scope: 'private' }
const create: Resource = {
  type: 'token',
  id: null,
  aspect: 'user_named_token',
  aspectArg: 'u1',
  scope: 'private',
}

describe('an api caveat', () => {
  const cases: readonly (readonly [spec: string, Operation, Resource, isAllowed: boolean])[] = [
    ['all/all/*.*.*:*', 'get', token, true],
    ['all/all/*.*.*:*', 'create', create, true],
    ['all/all/*.*.*', 'get', token, true],
    ['all/all/*.*.*', 'get', { ...token, scope: 'shared' }, false],
    ['ozw/get/token.t1.instance:private', 'get', token, true],
    ['opw/get/token.t1.instance:private', 'get', token, false],
    ['ozw/update/token.t1.instance:private', 'get', token, false],
    ['ozw/get/user.t1.instance:private', 'get', token, false],
    ['ozw/get/token.t2.instance:private', 'get', token, false],
    ['ozw/get/token.null.instance:private', 'get', token, false],
    ['ozw/get/token.null.instance:private', 'get', { ...token, id: 'null' }, false],
    ['ozw/get/token.self.instance:private', 'get', token, false],
    ['ozw/get/token.t1.other:private', 'get', token, false],
    ['ozw/create/token.null.user_named_token,u1:private', 'create', create, true],
    ['ozw/create/token.null.user_named_token,*:private', 'create', create, true],
    ['ozw/create/token.null.*,u1:private', 'create', create, true],
    ['ozw/create/token.null.*,*:private', 'create', create, true],
    ['ozw/create/token.null.*:private', 'create', create, true],
    ['ozw/create/token.null.user_named_token,u2:private', 'create', create, false],
    ['ozw/create/token.null.user_named_token:private', 'create', create, false],
    ['ozw/get/token.t1.*,*:private', 'get', token, false],
  ]
  for (const [spec, operation, resource, isAllowed] of cases) {
    const { type, id, aspect, aspectArg } = resource
    const key = `${operation} ${type}.${id}.${aspect}${aspectArg === undefined ? '' : `,${aspectArg}`}`
    test(`${spec} ${isAllowed ? 'allows' : 'does not allow'} ${key}:${resource.scope}`, () => {
      const caveat = caveatFromJson({ type: 'api', whitelist: ['ozw/get/storage.x.y', spec] })
      assert.equal(apiCaveatAllows(caveat as ApiCaveat, operation, resource), isAllowed)
    })
  }
  test('is matched against the service that is asked for', () => {
    const caveat = caveatFromJson({ type: 'api', whitelist: ['opp/all/*.*.*:*'] }) as ApiCaveat
    assert.equal(apiCaveatAllows(caveat, 'get', token, 'opp'), true)
    assert.equal(apiCaveatAllows(caveat, 'get', token, 'ozw'), false)
  })
})

describe('a service caveat at the Onezone', () => {
  const user: Resource = { type: 'user', id: 'u1', aspect: 'instance', scope: 'protected' }
  const idpToken: Resource = { ...user, aspect: 'idp_access_token', aspectArg: 'google' }
  const cases: readonly (readonly [entries: string[], Operation, Resource, isAllowed: boolean])[] = [
    [['ozw-onezone'], 'delete', token, true],
    [['opw-p1', 'ozw-other'], 'delete', token, true],
    [['opw-p1'], 'get', token, false],
    [['opw-p1'], 'get', user, true],
    [['opw-p1'], 'update', user, false],
    [['opw-p1'], 'create', idpToken, true],
    [['opp-p1'], 'create', idpToken, false],
    [['opp-*'], 'get', { ...user, type: 'cluster' }, true],
    [['ozp-onezone'], 'get', { ...user, type: 'provider' }, true],
    [['ozp-onezone'], 'get', { ...user, type: 'space' }, false],
    [['opw-*'], 'get', { ...user, type: 'space' }, true],
    [['opw-*'], 'delete', { ...user, type: 'share' }, true],
    [['opw-*'], 'create', { ...user, type: 'space', aspect: 'infer_accessible_eff_groups' }, true],
    [['opw-*'], 'get', { ...user, type: 'cluster' }, false],
  ]
  for (const [whitelist, operation, resource, isAllowed] of cases) {
    test(`for ${whitelist.join(', ')} ${isAllowed ? 'allows' : 'does not allow'} ${operation} ${resource.type}`, () => {
      const caveat = caveatFromJson({ type: 'service', whitelist }) as ServiceCaveat
      assert.equal(serviceCaveatAllowsOnezoneCall(caveat, operation, resource), isAllowed)
    })
  }
})
