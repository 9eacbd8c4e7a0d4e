import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { documentOf } from '../../src/dialects/openapi-dialect.ts'
import { openApiDocument } from '../../src/dialects/openapi-document.ts'
import { named } from '../../src/dialects/json-schema.ts'
import { onezoneApi } from '../../src/dialects/onezone/openapi.ts'
import { routes } from '../../src/dialects/onezone/routes.ts'
import type { DocumentOperation } from '../../testing/document-checker.ts'
import { checkAgainstDocument, complaintAboutBody, onezoneDocument } from '../../testing/onezone-document.ts'
import { startNode, type TestNode } from '../../testing/start-node.ts'
import { BASE } from './zone.ts'
import { OPERATIONS } from './operations.ts'

const operations = Object.values(onezoneDocument.paths).flatMap((item) =>
  Object.entries(item).flatMap(([method, operation]) => (method === 'parameters' ? [] : [operation])),
)

function operationOf(operationId: string): DocumentOperation {
  const found = operations.find((operation) => operation.operationId === operationId)
  if (found === undefined) throw new Error(`no ${operationId}`)
  return found
}

describe('the document of the Onezone API', () => {
  test('is OpenAPI 3.1', async () => {
    const validator = new Validator()
    expect(await validator.validate({ ...structuredClone(onezoneDocument) })).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test('has every operation of the route table, and no other', () => {
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
      routes.map(({ operationId }) => operationId).toSorted(),
    )
  })

  test.each(routes.map(({ operationId, summary }) => [operationId, summary]))(
    '%s has a summary of one line, an order without a full stop',
    (_, summary) => {
      expect(summary).toMatch(/^[A-Z][a-z]+ .*[^.]$/)
      expect(summary?.length).toBeLessThanOrEqual(80)
      expect(summary).not.toContain('undefined')
    },
  )

  test.each(routes.map((route) => [route.operationId, route] as const))(
    '%s has a body where its method takes one, and only there',
    (operationId, { method }) => {
      if (method === 'GET' || method === 'DELETE')
        expect(operationOf(operationId).requestBody).toBeUndefined()
    },
  )

  test.each(
    OPERATIONS.filter(({ body }) => body !== undefined).map((row) => [row.operationId, row] as const),
  )('%s takes the body that its tests send', (operationId, { body }) => {
    expect(complaintAboutBody(operationOf(operationId), body)).toBeUndefined()
  })

  test.each([
    ['create_named_token_for_user', {}],
    ['create_named_token_for_user', { name: 'x' }],
    ['create_named_token_for_user', { name: 'ci', caveats: [{ type: 'time' }] }],
    ['create_named_token_for_user', { name: 'ci', type: { inviteToken: { inviteType: 'userJoinGroup' } } }],
    ['modify_named_token', {}],
    ['create_user', { password: 'long enough' }],
    ['update_user_admin_privileges', { grant: ['oz_everything'] }],
    ['verify_access_token', { token: 1 }],
  ])('%s does not take %j', (operationId, body) => {
    expect(complaintAboutBody(operationOf(operationId), body)).toBeString()
  })
})

describe('an answer that the document does not have fails the test that got it', () => {
  const headers = new Headers({ 'content-type': 'application/json' })
  const url = (path: string) => `http://zone${BASE}${path}`

  test.each([
    ['GET', '/user/tokens/named', 200, '{"tokens":[]}', undefined],
    ['GET', '/user/tokens/named?x=1', 200, '{"tokens":["t"]}', undefined],
    ['GET', '/user/tokens/named', 200, '{"tokens":[],"more":1}', 'additional properties'],
    ['GET', '/user/tokens/named', 200, '{}', 'required'],
    ['GET', '/user/tokens/named', 200, '{"tokens":[1]}', 'must be string'],
    ['GET', '/user/tokens/named', 200, '', 'not JSON'],
    ['GET', '/user/tokens/named', 201, '{"tokens":[]}', 'no such status'],
    ['GET', '/user/tokens/named', 409, '{"error":{"id":"x","description":"y"}}', 'no such status'],
    ['GET', '/user/tokens/named', 403, '{"error":{"id":"forbidden","description":"No."}}', undefined],
    ['GET', '/user/tokens/named', 403, '{"error":{"id":"forbidden"}}', 'required'],
    ['DELETE', '/user/tokens/named', 204, '{}', 'no body'],
    ['POST', '/user/tokens/named', 201, '{"token":"t","tokenId":"i"}', 'location is missing'],
    ['GET', '/nothing', 200, '{}', 'no such operation'],
    ['PUT', '/user/tokens/named', 200, '{}', 'no such operation'],
  ])('%s %s %i %s', (method, path, status, text, complaint) => {
    const check = () => checkAgainstDocument(method, url(path), { status, headers, text })
    if (complaint === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(complaint)
  })
})

describe('a document of several APIs', () => {
  const api = onezoneApi()

  test('cannot have two operations of one name', () => {
    expect(() => openApiDocument({}, [api, api])).toThrow('two operations are')
  })

  test('cannot have two different schemas of one name', () => {
    const [operation] = api.operations
    if (operation === undefined) throw new Error('no operation')
    const responses = [{ status: 200, description: '', schema: named('User', { type: 'string' }) }]
    const other = { ...api, operations: [{ ...operation, operationId: 'other', path: '/other', responses }] }
    expect(() => openApiDocument({}, [api, other])).toThrow('two schemas are User')
  })
})

describe('the documents are served', () => {
  let node: TestNode
  beforeAll(async () => {
    node = await startNode('SQLite')
  })
  afterAll(() => node.stop())

  test.each(['/openapi.json', '/openapi/onezone.json'])(
    '%s without credentials, to pages of any origin',
    async (path) => {
      const answer = await fetch(`${node.url}${path}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(await answer.json()).toMatchObject({ openapi: '3.1.1', paths: onezoneDocument.paths })
    },
  )

  test('exactly as the tests hold answers against it', async () => {
    const served: unknown = await (await fetch(`${node.url}/openapi/onezone.json`)).json()
    expect(served).toEqual(JSON.parse(JSON.stringify(documentOf(onezoneApi()))))
  })

  test.each([
    ['POST', '/openapi.json', 405],
    ['HEAD', '/openapi/onezone.json', 405],
    ['GET', '/openapi/nothing.json', 404],
    ['GET', '/openapi', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const answer = await fetch(`${node.url}${path}`, { method })
    expect(answer.status).toBe(status)
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET')
  })
})
