import { isatty } from 'node:tty'
import { systemAmbient } from '@jeton/server/ambient-system'
import { CommandFailed } from '../command-failed.ts'
import { askSecret } from './ask-secret.ts'
import { printableLines } from './printable.ts'
import { MAX_INPUT_BYTES, type Terminal } from './terminal.ts'

/** The terminal, environment and clock that the process really has. */
export const systemTerminal: Terminal = {
  ambient: systemAmbient,
  environment: process.env,
  isInputInteractive: isatty(0),
  writeOut: (text) => void process.stdout.write(printableLines(text)),
  writeError: (text) => void process.stderr.write(printableLines(text)),
  readInput,
  askSecret,
}

async function readInput(): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of inputChunks()) {
    bytes += chunk.byteLength
    if (bytes > MAX_INPUT_BYTES) {
      throw new CommandFailed('usage', `Standard input is larger than ${MAX_INPUT_BYTES} bytes.`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function* inputChunks(): AsyncGenerator<Uint8Array> {
  try {
    yield* Bun.stdin.stream()
  } catch (error) {
    // A folder, a closed descriptor: whatever the shell connected.
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new CommandFailed('usage', `Standard input cannot be read${code}.`)
  }
}
