import { readFileSync } from 'node:fs'
import { CommandFailed } from '../command-failed.ts'

/** Codes of the runtime for a certificate that it does not trust. */
const DISTRUST = /CERT|SIGNATURE|SELF_SIGNED|ISSUER|ALTNAME/

/** @returns PEM @throws {CommandFailed} `usage` */
export function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed('usage', `The certificates of ${file} cannot be read.`)
  }
}

/** Whether a connection failed because the server's certificate is not trusted. @param code the runtime's */
export function isDistrust(code: string | undefined): boolean {
  return code !== undefined && DISTRUST.test(code)
}
