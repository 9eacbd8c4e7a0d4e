import { prepareProcess } from '../terminal/prepare-process.ts'
import { systemTerminal } from '../terminal/system-terminal.ts'
import { run } from './run.ts'

prepareProcess('onezone-rest-cli')

process.exitCode = await run(process.argv.slice(2), systemTerminal)
