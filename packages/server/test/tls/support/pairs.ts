import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'bun:test'
import { systemAmbient } from '../../../src/ambient-system.ts'
import { readTlsPair, type TlsPair, type TlsPairFiles } from '../../../src/tls/tls-pair.ts'
import { type NewPair, newSelfSignedPair } from '../../../src/tls/x509.ts'

export const DAY_SECONDS = 86_400

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-tls-'))
  folders.push(folder)
  return folder
}

/** A pair for this machine, made anew. @param ttlSeconds negative: over already */
export function newPair(ttlSeconds = DAY_SECONDS): NewPair {
  return newSelfSignedPair(systemAmbient, ['localhost', '127.0.0.1'], ttlSeconds)
}

/** The same in files. */
export function writePair({ certificate, key }: NewPair, folder = newFolder()): TlsPairFiles {
  const files = { certificateFile: join(folder, 'server.crt'), keyFile: join(folder, 'server.key') }
  writeFileSync(files.certificateFile, certificate)
  writeFileSync(files.keyFile, key, { mode: 0o600 })
  return files
}

/** The same as a listener takes it. */
export function newTlsPair(): TlsPair {
  return readTlsPair(writePair(newPair()))
}
