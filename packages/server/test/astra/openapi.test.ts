import { describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { astraApi } from '../../src/dialects/astra/openapi.ts'
import { routes } from '../../src/dialects/astra/routes.ts'
import { onezoneApi } from '../../src/dialects/onezone/openapi.ts'
import { openApiDocument } from '../../src/dialects/openapi-document.ts'
import { astraDocument } from '../../testing/astra-client.ts'

const operations = Object.values(astraDocument.paths).flatMap((item) =>
  Object.entries(item).flatMap(([method, operation]) => (method === 'parameters' ? [] : [operation])),
)

describe('the document of the Astra Control API', () => {
  test('is OpenAPI 3.1, alone and together with the others', async () => {
    const validator = new Validator()
    expect(await validator.validate({ ...structuredClone(astraDocument) })).toEqual({ valid: true })
    const all = openApiDocument({ title: 'All', version: '1' }, [onezoneApi(), astraApi()])
    expect(await validator.validate(JSON.parse(JSON.stringify(all)))).toEqual({ valid: true })
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
    },
  )

  test('names the secret of a token in one answer only', () => {
    const shown = Object.entries(astraDocument.components.schemas).filter(([, { properties }]) =>
      Object.hasOwn(Object(properties), 'token'),
    )
    expect(shown.map(([name]) => name)).toEqual(['AstraNewToken'])
  })
})
