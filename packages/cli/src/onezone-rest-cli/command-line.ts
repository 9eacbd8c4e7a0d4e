import { CommandFailed } from '../command-failed.ts'
import type { OperationArgument } from './operation-argument.ts'
import { parseArgument } from './operation-argument.ts'

/** A command line, taken apart. What it asks for has not been looked up yet. */
export interface CommandLine {
  /** `undefined`: none was named. */
  readonly operation: string | undefined
  readonly arguments: readonly OperationArgument[]
  readonly options: Options
}

export interface Options {
  readonly help: boolean
  readonly version: boolean
  readonly dryRun: boolean
  readonly insecure: boolean
  readonly verbose: boolean
  readonly include: boolean
  readonly host?: string
  /** `user` or `user:password`. */
  readonly user?: string
  readonly caFile?: string
  readonly maxTimeSeconds?: number
  /** As `Name: value`. */
  readonly headers: readonly string[]
}

type Flag = 'help' | 'version' | 'dryRun' | 'insecure' | 'verbose' | 'include'

/** What an option sets. `ignored`: the original hands it to curl, and it makes no difference here. */
type Meaning =
  | { readonly flag: Flag | 'ignored' }
  | { readonly value: 'host' | 'user' | 'caFile' | 'maxTimeSeconds' | 'headers' | 'mediaType' }

const OPTIONS: Readonly<Record<string, Meaning>> = {
  '-h': { flag: 'help' },
  '--help': { flag: 'help' },
  '-V': { flag: 'version' },
  '--version': { flag: 'version' },
  '--dry-run': { flag: 'dryRun' },
  '-k': { flag: 'insecure' },
  '--insecure': { flag: 'insecure' },
  '-v': { flag: 'verbose' },
  '--verbose': { flag: 'verbose' },
  '-i': { flag: 'include' },
  '--include': { flag: 'include' },
  '-s': { flag: 'ignored' },
  '--silent': { flag: 'ignored' },
  '-S': { flag: 'ignored' },
  '--show-error': { flag: 'ignored' },
  '-g': { flag: 'ignored' },
  '--globoff': { flag: 'ignored' },
  '-nc': { flag: 'ignored' },
  '--no-colors': { flag: 'ignored' },
  '--host': { value: 'host' },
  '-u': { value: 'user' },
  '--user': { value: 'user' },
  '--cacert': { value: 'caFile' },
  '-m': { value: 'maxTimeSeconds' },
  '--max-time': { value: 'maxTimeSeconds' },
  '-H': { value: 'headers' },
  '--header': { value: 'headers' },
  '-ct': { value: 'mediaType' },
  '--content-type': { value: 'mediaType' },
  '-ac': { value: 'mediaType' },
  '--accept': { value: 'mediaType' },
}

/** Those worth completing and showing, in the order of the help. */
export const SHOWN_OPTIONS: readonly (readonly [names: string, meaning: string])[] = [
  ['-h, --help', 'show this help; after an operation, what it takes'],
  ['-V, --version', 'print the version'],
  ['--host URL', 'the server, without the path of its API; else $ONEZONE_HOST'],
  ['-u, --user NAME[:PASSWORD]', 'log in with a password; without one it is asked for'],
  ['--dry-run', 'print the curl command that would do the same, and send nothing'],
  ['-v, --verbose', 'show the request and the headers of the answer on standard error'],
  ['-i, --include', 'write status and headers of the answer before its body'],
  ['-k, --insecure', 'trust whatever certificate the server has'],
  ['--cacert FILE', 'trust servers whose certificate is signed by one of these (PEM)'],
  ['-m, --max-time SECONDS', 'how long to wait for an answer; 30 unless told'],
  ['-H, --header "NAME: VALUE"', 'send that header too; NAME:VALUE after the operation does the same'],
]

/** Every option's name, for completion. */
export const OPTION_NAMES: readonly string[] = SHOWN_OPTIONS.flatMap(([names]) =>
  names.split(', ').map((name) => name.split(' ')[0] ?? ''),
)

/**
 * Options may stand anywhere, before the operation and behind it.
 * @throws {CommandFailed} `usage`
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const flags = new Set<Flag | 'ignored'>()
  const values: Record<string, string> = {}
  const headers: string[] = []
  const words: string[] = []
  const left = [...args]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '-' || !word.startsWith('-')) {
      words.push(word)
      continue
    }
    for (const { name, meaning, attached } of optionsIn(word)) {
      if ('flag' in meaning) {
        flags.add(meaning.flag)
        continue
      }
      const value = attached ?? left.shift()
      if (value === undefined) throw usage(`${name} needs a value.`)
      if (meaning.value === 'headers') headers.push(value)
      else if (meaning.value === 'mediaType') requireJson(name, value)
      else values[meaning.value] = value
    }
  }
  const [operation, ...rest] = words
  const { host, user, caFile, maxTimeSeconds } = values
  return {
    operation,
    arguments: rest.map(parseArgument),
    options: {
      help: flags.has('help'),
      version: flags.has('version'),
      dryRun: flags.has('dryRun'),
      insecure: flags.has('insecure'),
      verbose: flags.has('verbose'),
      include: flags.has('include'),
      headers,
      ...(host !== undefined && { host }),
      ...(user !== undefined && { user }),
      ...(caFile !== undefined && { caFile }),
      ...(maxTimeSeconds !== undefined && { maxTimeSeconds: seconds(maxTimeSeconds) }),
    },
  }
}

interface FoundOption {
  readonly name: string
  readonly meaning: Meaning
  /** The value of `--name=value` and of `-uname`. */
  readonly attached?: string
}

/** `--host=URL`, `-vvv`, `-ks`, `-uname:password`: one word, one option or several. */
function optionsIn(word: string): readonly FoundOption[] {
  const whole = OPTIONS[word]
  if (whole !== undefined) return [{ name: word, meaning: whole }]
  if (word.startsWith('--')) return [longOption(word)]
  const found: FoundOption[] = []
  for (let at = 1; at < word.length; at += 1) {
    const name = `-${word[at]}`
    const meaning = OPTIONS[name]
    if (meaning === undefined) throw unknownOption(found.length === 0 ? word : name)
    const attached = word.slice(at + 1)
    if ('value' in meaning && attached !== '') return [...found, { name, meaning, attached }]
    found.push({ name, meaning })
  }
  return found
}

function longOption(word: string): FoundOption {
  const [name = '', ...rest] = word.split('=')
  const meaning = OPTIONS[name]
  if (meaning === undefined || !('value' in meaning)) throw unknownOption(name)
  return { name, meaning, attached: rest.join('=') }
}

/** Without what was written behind it: that may be a password. */
function unknownOption(name: string): CommandFailed {
  const shown = name.startsWith('--') ? name : name.slice(0, 2)
  return usage(
    `There is no option ${shown}.`,
    'Options of curl are not passed on; --dry-run prints a curl command to add them to.',
  )
}

function requireJson(name: string, value: string): void {
  if (value === 'json' || value === 'application/json') return
  throw usage(`${name} can only be json: the API speaks nothing else.`)
}

function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 86_400) return value
  throw usage(`--max-time is a number of seconds, at most 86400, not '${text}'.`)
}

export function usage(message: string, next?: string): CommandFailed {
  return new CommandFailed('usage', message, next === undefined ? {} : { next })
}
