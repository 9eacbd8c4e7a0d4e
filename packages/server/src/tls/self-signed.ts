import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Ambient } from '../ambient.ts'
import { readTlsPair, type TlsPair, type TlsPairFiles, TlsProblem } from './tls-pair.ts'
import { newSelfSignedPair } from './x509.ts'

const DAY_SECONDS = 86_400
const TTL_SECONDS = 365 * DAY_SECONDS
/** Before its end, so that a server that runs on does not meet it. */
const RENEW_BEFORE_SECONDS = 30 * DAY_SECONDS
const OWNER_ONLY = 0o600

/** Where the data folder has the pair. */
export function selfSignedFiles(dataFolder: string): TlsPairFiles {
  return {
    certificateFile: join(dataFolder, 'self-signed.crt'),
    keyFile: join(dataFolder, 'self-signed.key'),
  }
}

/**
 * A pair for trying things out: the one of the last start, so that who noted its fingerprint finds it again, or a new one
 * where there is none, it is damaged or nearly at its end, or it does not know what the server is called now.
 *
 * @param names host names and addresses that clients may use, beside those that every machine has
 * @throws {TlsProblem} when it cannot be written
 */
export function ensureSelfSignedPair(
  dataFolder: string,
  names: readonly string[],
  ambient: Ambient,
): { readonly pair: TlsPair; readonly isNew: boolean } {
  const files = selfSignedFiles(dataFolder)
  const wanted = [...new Set([...names, ...LOCAL_NAMES, ...ownName()])]
  const known = readUsable(files)
  const isGood =
    known !== undefined &&
    known.validUntil - ambient.now() > RENEW_BEFORE_SECONDS &&
    names.every((name) => known.names(name))
  if (isGood) return { pair: known, isNew: false }
  const { certificate, key } = newSelfSignedPair(ambient, wanted, TTL_SECONDS)
  // A crash between the two leaves a key that is not the certificate's, and the next start makes a new pair.
  writeWhole(files.keyFile, key)
  writeWhole(files.certificateFile, certificate)
  return { pair: readTlsPair(files), isNew: true }
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1']
const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i

function ownName(): readonly string[] {
  const name = hostname()
  return HOST_NAME.test(name) ? [name] : []
}

function readUsable(files: TlsPairFiles): TlsPair | undefined {
  try {
    return readTlsPair(files)
  } catch {
    return undefined
  }
}

function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(unfinished, { force: true })
    writeFileSync(unfinished, text, { mode: OWNER_ONLY, flag: 'wx' })
    renameSync(unfinished, path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new TlsProblem(`${path} cannot be written (${code}).`, { cause })
  }
}
