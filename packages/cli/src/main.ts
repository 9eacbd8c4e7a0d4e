import { run } from './run.ts'
import { prepareProcess } from './terminal/prepare-process.ts'
import { systemTerminal } from './terminal/system-terminal.ts'

prepareProcess('jeton')

process.exitCode = await run(process.argv.slice(2), systemTerminal)
