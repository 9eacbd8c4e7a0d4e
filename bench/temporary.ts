import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let root: string | undefined

/** A new folder, gone when this process ends. */
export function temporaryFolder(): string {
  return mkdtempSync(join(temporaryRoot(), 'folder-'))
}

/** Where all of this run's temporary files are, its children's too. */
export function temporaryRoot(): string {
  root ??= makeRoot()
  return root
}

function makeRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-bench-'))
  // A server that was killed a moment ago may still be about to write.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}
