import { ConfigurationProblem } from './configuration-problem.ts'
import { type Setting, variableOf } from './configuration-setting.ts'
import { maskMessage } from './log-error.ts'

/** Where a configuration comes from. */
export interface ConfigurationSources {
  /** By key, without the dashes: `{ port: '4600' }`. `config` names the file. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** @returns `undefined` when there is no such file */
  readonly readFile: (path: string) => string | undefined
}

/** What somebody has written for one key, in the type of its kind, and where: `--port`, `JETON_PORT`, `port in jeton.toml`. */
export interface Written {
  readonly value: string | number | boolean | readonly string[]
  readonly source: string
}

const DEFAULT_FILE = 'jeton.toml'
const FILE_VARIABLE = 'JETON_CONFIG'
/** Variables of the same prefix that other parts of the house read: the commands, and the tests. */
const FOREIGN_VARIABLE = /^JETON_(?:URL|CACERT|TOKEN|USERNAME|PASSWORD|CONFIG|TEST_.*)$/
const INTEGER = /^-?\d{1,15}$/

/** @returns by key, what the strongest source says @throws {ConfigurationProblem} */
export function readWritten(
  { flags, env, readFile }: ConfigurationSources,
  settings: readonly Setting[],
): ReadonlyMap<string, Written> {
  const written = new Map<string, Written>()
  for (const part of [
    fromFile(flags, env, readFile, settings),
    fromEnvironment(env, settings),
    fromFlags(flags, settings),
  ]) {
    for (const [key, value] of part) written.set(key, value)
  }
  return written
}

type Part = readonly (readonly [key: string, written: Written])[]

function fromFlags(flags: ConfigurationSources['flags'], settings: readonly Setting[]): Part {
  return Object.entries(flags).flatMap(([key, text]) => {
    if (text === undefined || key === 'config') return []
    const setting = settings.find((candidate) => candidate.key === key && !candidate.isEnvironmentOnly)
    if (setting === undefined) throw new ConfigurationProblem(`--${key}: there is no such flag.`)
    return [[key, fromText(setting, String(text), `--${key}`)] as const]
  })
}

function fromEnvironment(env: ConfigurationSources['env'], settings: readonly Setting[]): Part {
  return Object.entries(env).flatMap(([variable, text]) => {
    if (text === undefined || !variable.startsWith('JETON_') || FOREIGN_VARIABLE.test(variable)) return []
    const setting = settings.find((candidate) => variableOf(candidate) === variable)
    if (setting === undefined) {
      throw new ConfigurationProblem(`${variable}: there is no such variable; unset it, or correct its name.`)
    }
    return [[setting.key, fromText(setting, text, variable)] as const]
  })
}

function fromText(setting: Setting, text: string, source: string): Written {
  const value = textToKind(setting, text)
  if (value === undefined) {
    throw new ConfigurationProblem(
      `${source}: ${setting.isSecret ? 'its value' : JSON.stringify(text)} is not allowed; allowed: ${setting.allowed}.`,
    )
  }
  return { value, source }
}

function textToKind(setting: Setting, text: string): Written['value'] | undefined {
  switch (setting.kind) {
    case 'text':
      return text === '' ? undefined : text
    case 'integer':
      return INTEGER.test(text) ? Number(text) : undefined
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'list':
      return text === '' ? [] : text.split(',').map((item) => item.trim())
  }
}

function fromFile(
  flags: ConfigurationSources['flags'],
  env: ConfigurationSources['env'],
  readFile: ConfigurationSources['readFile'],
  settings: readonly Setting[],
): Part {
  const named = flags['config'] ?? env[FILE_VARIABLE]
  const path = named === undefined ? DEFAULT_FILE : String(named)
  const text = readFile(path)
  if (text === undefined) {
    if (named === undefined) return []
    throw new ConfigurationProblem(
      `${flags['config'] === undefined ? FILE_VARIABLE : '--config'}: there is no file ${path}.`,
    )
  }
  return Object.entries(parseToml(text, path)).map(([key, value]) => {
    const setting = settings.find((candidate) => candidate.key === key)
    const source = `${key} in ${path}`
    if (setting === undefined) throw new ConfigurationProblem(`${source}: there is no such key.`)
    if (setting.isEnvironmentOnly) {
      throw new ConfigurationProblem(`${source}: a secret; it is taken from ${variableOf(setting)} only.`)
    }
    return [key, { value: checkKind(setting, value, source), source }] as const
  })
}

function parseToml(text: string, path: string): object {
  try {
    return Bun.TOML.parse(text)
  } catch (error) {
    // The parser's message may quote the line, and the line may hold the database's password.
    const detail = error instanceof Error ? maskMessage(error.message) : ''
    throw new ConfigurationProblem(`${path} is not valid TOML: ${detail}`)
  }
}

function checkKind(setting: Setting, value: unknown, source: string): Written['value'] {
  switch (setting.kind) {
    case 'text':
      if (typeof value === 'string' && value !== '') return value
      break
    case 'integer':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'list':
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
      break
  }
  throw new ConfigurationProblem(
    `${source}: must be ${KIND_IN_TOML[setting.kind]}; allowed: ${setting.allowed}.`,
  )
}

const KIND_IN_TOML = {
  text: 'a string that is not empty',
  integer: 'an integer',
  boolean: 'true or false',
  list: 'an array of strings',
} as const
