import { type Caveat, CaveatError, caveatFromJson } from '@jeton/token'
import type { Command } from 'commander'
import type { UnixSeconds } from '@jeton/server/ambient'
import { CommandFailed } from './command-failed.ts'
import { parseDurationSeconds, parseInstant } from './instant.ts'

interface CaveatOption {
  readonly flag: string
  readonly placeholder: string
  readonly help: string
  /** One caveat in its JSON form, made of one occurrence of the option. */
  toJson(value: string, now: UnixSeconds): unknown
}

const list = (value: string): readonly string[] => value.split(',').map((entry) => entry.trim())
const whitelist = (type: string) => (value: string) => ({ type, whitelist: list(value) })
const geo =
  (type: string, filter: string, normalize = (entry: string) => entry) =>
  (value: string) => ({ type, filter, list: list(value).map(normalize) })
// The country database spells them in capitals; `pl` would be a caveat that nobody can satisfy.
const capitals = (entry: string): string => entry.toUpperCase()

/** Every caveat as an option. A new kind of caveat that deserves one gets a line here. */
const options: readonly CaveatOption[] = [
  {
    flag: 'expires-in',
    placeholder: '<duration>',
    help: 'good for 90s, 15m, 1h, 30d from now',
    toJson: (value, now) => ({ type: 'time', validUntil: now + parseDurationSeconds(value, '--expires-in') }),
  },
  {
    flag: 'expires-at',
    placeholder: '<time>',
    help: 'good until 2030-01-31T12:00:00Z, or a Unix time',
    toJson: (value) => ({ type: 'time', validUntil: parseInstant(value, '--expires-at') }),
  },
  { flag: 'ip', placeholder: '<cidr,…>', help: 'from these IPv4 networks only', toJson: whitelist('ip') },
  {
    flag: 'asn',
    placeholder: '<number,…>',
    help: 'from these autonomous systems only',
    toJson: (value) => ({ type: 'asn', whitelist: list(value).map(Number) }),
  },
  {
    flag: 'country',
    placeholder: '<code,…>',
    help: 'from these countries only',
    toJson: geo('geo.country', 'whitelist', capitals),
  },
  {
    flag: 'not-country',
    placeholder: '<code,…>',
    help: 'from anywhere but these countries',
    toJson: geo('geo.country', 'blacklist', capitals),
  },
  {
    flag: 'region',
    placeholder: '<name,…>',
    help: 'from these regions only (Europe, EU, Asia …)',
    toJson: geo('geo.region', 'whitelist'),
  },
  {
    flag: 'not-region',
    placeholder: '<name,…>',
    help: 'from anywhere but these regions',
    toJson: geo('geo.region', 'blacklist'),
  },
  {
    flag: 'interface',
    placeholder: '<name>',
    help: 'over rest, oneclient or graphsync only',
    toJson: (value) => ({ type: 'interface', interface: value }),
  },
  {
    flag: 'service',
    placeholder: '<service,…>',
    help: 'at these services only (ozw-onezone, opw-*)',
    toJson: whitelist('service'),
  },
  {
    flag: 'consumer',
    placeholder: '<who,…>',
    help: 'in these hands only (usr-<id>, grp-<id>, prv-*)',
    toJson: whitelist('consumer'),
  },
  {
    flag: 'api',
    placeholder: '<spec>',
    help: 'for calls that match, e.g. ozw/get/user.*.*:*',
    toJson: (value) => ({ type: 'api', whitelist: [value] }),
  },
  {
    flag: 'path',
    placeholder: '<path,…>',
    help: 'for data under these paths only (/<space id>/dir)',
    toJson: (value) => ({
      type: 'data.path',
      whitelist: list(value).map((path) => Buffer.from(path).toString('base64')),
    }),
  },
  {
    flag: 'object-id',
    placeholder: '<id,…>',
    help: 'for data under these file ids only',
    toJson: whitelist('data.objectid'),
  },
  { flag: 'caveat', placeholder: '<json>', help: 'any caveat, in its JSON form', toJson: parseJson },
]

/** Adds the caveat options; each may come several times, and then all of them hold. */
export function addCaveatOptions(command: Command): Command {
  for (const { flag, placeholder, help } of options) {
    command.option(`--${flag} ${placeholder}`, help, collect)
  }
  return command.option('--read-only', 'for reading data only')
}

/**
 * The caveats that the command line asks for, in the order of the table above.
 * @param values the command's options as commander parsed them
 * @throws {CommandFailed} `usage` for a value that no caveat can have
 */
export function caveatsFrom(values: Readonly<Record<string, unknown>>, now: UnixSeconds): readonly Caveat[] {
  const caveats = options.flatMap((option) =>
    occurrences(values[attributeName(option.flag)]).map((value) => parse(option, value, now)),
  )
  return values['readOnly'] === true ? [...caveats, { type: 'data.readonly' }] : caveats
}

function parse(option: CaveatOption, value: string, now: UnixSeconds): Caveat {
  try {
    return caveatFromJson(option.toJson(value, now))
  } catch (error) {
    if (!(error instanceof CaveatError)) throw error
    throw new CommandFailed('usage', `--${option.flag}: '${value}' makes no valid caveat.`, {
      next: `It takes ${option.placeholder}: ${option.help}.`,
    })
  }
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    throw new CommandFailed('usage', `--caveat: '${value}' is not JSON.`, {
      next: `Write it like '{"type":"interface","interface":"rest"}'.`,
    })
  }
}

function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value]
}

function occurrences(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}

/** Commander's own rule for an option's name in the parsed values. */
function attributeName(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
