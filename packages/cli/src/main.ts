import { run } from './run.ts'
import { systemTerminal } from './terminal/system-terminal.ts'

// `jeton token list | head`: the reader has seen enough, which is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await run(process.argv.slice(2), systemTerminal)
