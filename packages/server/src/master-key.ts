import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Ambient } from './ambient.ts'
import { MASTER_KEY_BYTES } from './authority/key-ring.ts'

const OWNER_ONLY = 0o600
const OTHERS = 0o077

/** Why there is no master key to start with; the message says what to do and never quotes the key. */
export class MasterKeyProblem extends Error {
  override readonly name = 'MasterKeyProblem'
}

/** @throws {MasterKeyProblem} when the text is not base64 of 32 bytes */
export function parseMasterKey(text: string, source: string): Uint8Array {
  const bytes = Buffer.from(text.trim(), 'base64')
  // Buffer skips what is not base64: only a text that comes back the same was all key.
  const isCanonical = bytes.toString('base64').replace(/=+$/, '') === text.trim().replace(/=+$/, '')
  if (!isCanonical || bytes.length !== MASTER_KEY_BYTES) {
    throw new MasterKeyProblem(
      `${source} does not hold a master key: expected ${MASTER_KEY_BYTES} bytes as base64 (44 characters). ` +
        'Restore it from where you keep it; without it the tokens in this installation cannot be checked.',
    )
  }
  return new Uint8Array(bytes)
}

/**
 * The master key of the file, `undefined` when there is none.
 * @throws {MasterKeyProblem} when it is no key, cannot be read, or others than its owner may read it
 */
export function readMasterKeyFile(path: string): Uint8Array | undefined {
  if (!existsSync(path)) return undefined
  try {
    if ((statSync(path).mode & OTHERS) !== 0) {
      throw new MasterKeyProblem(`${path} can be read by other users. Run: chmod 600 '${path}'`)
    }
    return parseMasterKey(readFileSync(path, 'utf8'), path)
  } catch (cause) {
    if (cause instanceof MasterKeyProblem) throw cause
    throw new MasterKeyProblem(`${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * Makes a master key and keeps it in the file, on the disk before anything is sealed under it.
 * @throws {MasterKeyProblem} when the file is there already or cannot be written
 */
export function createMasterKeyFile(path: string, ambient: Ambient): Uint8Array {
  const key = ambient.randomBytes(MASTER_KEY_BYTES)
  const unfinished = `${path}.${Buffer.from(ambient.randomBytes(6)).toString('hex')}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const file = openSync(unfinished, 'wx', OWNER_ONLY)
    writeSync(file, `${Buffer.from(key).toString('base64')}\n`)
    fsyncSync(file)
    closeSync(file)
    // Whole or not there: a crash leaves no half key that a later start would take for the lost one. And unlike a
    // rename, a link does not overwrite the key that another process has just made.
    linkSync(unfinished, path)
    syncFolder(dirname(path))
  } catch (cause) {
    throw new MasterKeyProblem(`${path} cannot be created: ${reasonOf(cause)}`, { cause })
  } finally {
    rmSync(unfinished, { force: true })
  }
  return key
}

/** A new file survives a power cut only when its folder's entry is on the disk too. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  fsyncSync(folder)
  closeSync(folder)
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
