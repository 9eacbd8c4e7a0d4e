import { CommandFailed } from '../command-failed.ts'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_U = '\u0015'

/**
 * Asks for one line on the terminal without echo. The question goes to standard error, so a redirected result
 * stays clean.
 * @throws {CommandFailed} `interrupted` on Ctrl-C, with the terminal as it was
 */
export async function askSecret(question: string): Promise<string> {
  // Before the question: whoever answers it at once must not see his first letters.
  process.stdin.setRawMode(true)
  process.stdin.setEncoding('utf8')
  try {
    const line = readLine()
    process.stderr.write(question)
    return await line
  } finally {
    process.stdin.setRawMode(false)
    process.stdin.pause()
    process.stderr.write('\n')
  }
}

function readLine(): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: readonly string[] = []
    const onText = (text: string): void => {
      for (const character of text) {
        if (character === CTRL_C)
          return finish(() => reject(new CommandFailed('interrupted', 'Interrupted.')))
        if (character === '\r' || character === '\n' || character === CTRL_D) {
          return finish(() => resolve(typed.join('')))
        }
        typed = edit(typed, character)
      }
    }
    const finish = (settle: () => void): void => {
      process.stdin.off('data', onText)
      settle()
    }
    process.stdin.on('data', onText)
    process.stdin.resume()
  })
}

/** Raw mode leaves erasing to us: a backspace that became part of the password would lock its owner out. */
function edit(typed: readonly string[], character: string): readonly string[] {
  if (character === CTRL_U) return []
  if (character === '\u007f' || character === '\b') return typed.slice(0, -1)
  return [...typed, character]
}
