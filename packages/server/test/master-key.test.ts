import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  createMasterKeyFile,
  MasterKeyProblem,
  parseMasterKey,
  readMasterKeyFile,
} from '../src/master-key.ts'
import { fixedAmbient } from '../testing/fixed-ambient.ts'

const folder = mkdtempSync(join(tmpdir(), 'jeton-key-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ambient = fixedAmbient()
let path = ''
let files = 0
beforeEach(() => {
  files += 1
  path = join(folder, `${files}`, 'master.key')
})

test('a new master key is its owner’s alone and reads back the same', () => {
  const key = createMasterKeyFile(path, ambient)
  expect(key).toHaveLength(32)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readMasterKeyFile(path)).toEqual(key)
})

test('no file is no key, and makes none', () => expect(readMasterKeyFile(path)).toBeUndefined())

test('a key that is there already is not overwritten', () => {
  createMasterKeyFile(path, ambient)
  const before = readFileSync(path)
  expect(() => createMasterKeyFile(path, ambient)).toThrow(MasterKeyProblem)
  expect(readFileSync(path)).toEqual(before)
})

test('a key that others may read is refused with the command that mends it', () => {
  createMasterKeyFile(path, ambient)
  chmodSync(path, 0o640)
  expect(() => readMasterKeyFile(path)).toThrow(`chmod 600 '${path}'`)
})

test('an attempt that fails leaves nothing behind that looks like a key', () => {
  createMasterKeyFile(path, ambient)
  expect(() => createMasterKeyFile(path, ambient)).toThrow(MasterKeyProblem)
  expect(readdirSync(dirname(path))).toEqual(['master.key'])
})

describe('what is no master key is refused, and not quoted', () => {
  const texts = {
    'an empty file': '',
    'too few bytes': Buffer.alloc(31, 1).toString('base64'),
    'too many bytes': Buffer.alloc(33, 1).toString('base64'),
    'text outside base64': `${Buffer.alloc(32, 1).toString('base64').slice(0, 42)}!=`,
    'a hex key': Buffer.alloc(32, 1).toString('hex'),
  }
  for (const [what, text] of Object.entries(texts)) {
    test(what, () => {
      createMasterKeyFile(path, ambient)
      writeFileSync(path, text)
      expect(() => readMasterKeyFile(path)).toThrow(MasterKeyProblem)
      try {
        parseMasterKey(text, 'JETON_MASTER_KEY')
      } catch (error) {
        if (text !== '') expect(String(error)).not.toContain(text)
        expect(String(error)).toContain('JETON_MASTER_KEY')
      }
    })
  }
})
