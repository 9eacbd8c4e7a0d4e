import { Refused } from '../failure.ts'
import type { KeyType } from './account-credential.ts'

/** What a credential keeps: words in base64, by the names that its key type knows. */
export type KeyStore = Readonly<Record<string, string>>

/**
 * Whether that is a key store of that type. Which words of it mean what, nobody here asks but of a password.
 * @throws {Refused} `entry_invalid` @see the Astra Control API, credentials
 */
export function checkKeyStore(keyType: KeyType | undefined, keyStore: KeyStore): void {
  const missing = REQUIRED[keyType ?? 'generic'].find((name) => keyStore[name] === undefined)
  if (missing !== undefined) throw invalidKeyStore(`must hold ${missing}`)
  if (Object.keys(keyStore).length === 0) throw invalidKeyStore('must hold something')
  const problem = PROBLEMS[keyType ?? 'generic']?.(keyStore)
  if (problem !== undefined) throw invalidKeyStore(problem)
}

/** @param keyStore of type `passwordHash`, checked @throws {Refused} `entry_invalid` */
export function passwordIn(keyStore: KeyStore): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Buffer.from(keyStore['cleartext'] ?? '', 'base64'),
    )
  } catch (cause) {
    throw invalidKeyStore('cleartext must be UTF-8', cause)
  }
}

export function invalidKeyStore(reason: string, cause?: unknown): Refused {
  return new Refused({ kind: 'entry_invalid', field: 'keyStore', reason }, cause)
}

const REQUIRED: Readonly<Record<KeyType, readonly string[]>> = {
  generic: [],
  passwordHash: ['cleartext', 'change'],
  apikey: ['apikey'],
  kubeconfig: ['base64'],
  certificate: ['certificate'],
  privkey: ['privkey'],
  s3: ['accessKey', 'accessSecret'],
}

/** What is wrong with one that has what is required; `undefined`: nothing. */
const PROBLEMS: Partial<Record<KeyType, (keyStore: KeyStore) => string | undefined>> = {
  passwordHash: ({ change }) =>
    ['true', 'false'].includes(textOf(change)) ? undefined : 'change must be true or false',
  kubeconfig: (keyStore) =>
    Object.keys(keyStore).length === 1 && isKubeconfig(textOf(keyStore['base64']))
      ? undefined
      : 'must hold the JSON of a kubeconfig with one cluster, and nothing else',
  certificate: ({ certificate }) => (isPem(textOf(certificate)) ? undefined : 'certificate must be PEM'),
  privkey: ({ privkey }) => (isPem(textOf(privkey)) ? undefined : 'privkey must be PEM'),
}

function textOf(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString()
}

function isPem(text: string): boolean {
  const trimmed = text.trim()
  return trimmed.startsWith('-----BEGIN ') && trimmed.endsWith('-----')
}

function isKubeconfig(text: string): boolean {
  try {
    const config: unknown = JSON.parse(text)
    if (typeof config !== 'object' || config === null || !('clusters' in config)) return false
    return Array.isArray(config.clusters) && config.clusters.length === 1
  } catch {
    return false
  }
}
