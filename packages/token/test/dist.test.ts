import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Judges every token of the examples with the built package and nothing else.
const program = `
  import { createHmac } from 'node:crypto'
  import { readFileSync } from 'node:fs'
  const [folder, file] = process.argv.slice(-2)
  const { decodeToken, encodeToken, judge } = await import(folder + '/index.js')
  const hmac = (key, message) => createHmac('sha256', key).update(message).digest()
  const { vectors } = JSON.parse(readFileSync(file, 'utf8'))
  for (const { token, secret, encodesTo = token, judgements: [{ purpose, context, facts }] } of vectors) {
    const record = { ...facts.record, secret: new TextEncoder().encode(secret) }
    const decoded = decodeToken(token)
    const { ok } = judge(decoded, purpose, context, { subject: 'active', ...facts, record }, hmac)
    console.log(ok && encodeToken(decoded) === encodesTo)
  }`

describe('the package that is published', () => {
  test('is plain JavaScript that judges tokens on Node', {
    skip: process.versions['bun'] !== undefined,
  }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'jeton-token-'))
    try {
      const config = here('../tsconfig.build.json')
      execFileSync(here('../../../node_modules/.bin/tsc'), ['-p', config, '--outDir', folder])
      const vectors = here('../../../vectors/examples.json')
      const flags = ['--no-strip-types', '--input-type=module', '--eval', program]
      const output = execFileSync(process.execPath, [...flags, '--', folder, vectors], { encoding: 'utf8' })
      assert.equal(output, 'true\n'.repeat(5))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
