/** How a key's value is written on the command line, in the environment and in the file. */
export type SettingKind = 'text' | 'integer' | 'boolean' | 'list'

/** One key of the configuration. The flag is `--key`, the variable `JETON_KEY`, the file's line `key = …`. */
export interface Setting<Value = unknown> {
  /** Lower case with hyphens; the unit stands at its end. */
  readonly key: string
  readonly kind: SettingKind
  /** What a help text shows for the value: `FOLDER`. */
  readonly placeholder: string
  /** One sentence for the operator. */
  readonly help: string
  /** What is taken, in words that complete "allowed: …". */
  readonly allowed: string
  /** When nobody says anything. `undefined`: the key has no value then. */
  readonly fallback: Value
  /** The default as a help text shows it; absent when there is none. */
  readonly fallbackText?: string
  /** From the environment only: neither a process list nor a file that is copied around shows it. */
  readonly isEnvironmentOnly?: true
  /** Its value is never printed. */
  readonly isSecret?: true
  /** @param value a string, integer, boolean or array of strings, after `kind`; `undefined` when it is not allowed */
  readonly parse: (value: never) => Value | undefined
}

/** The parts of a {@link Setting} that its kind does not give. */
interface Described<Written, Value> {
  readonly key: string
  readonly placeholder: string
  readonly help: string
  readonly allowed: string
  readonly fallback: Value
  readonly fallbackText?: string
  readonly isEnvironmentOnly?: true
  readonly isSecret?: true
  readonly parse: (written: Written) => Value | undefined
}

/** Never empty: an empty variable is more likely a slip than a wish. */
export function text<Value>(described: Described<string, Value>): Setting<Value> {
  return { ...described, kind: 'text' }
}

export function integer(described: {
  readonly key: string
  readonly help: string
  readonly min: number
  readonly max: number
  readonly fallback: number
}): Setting<number> {
  const { min, max, fallback } = described
  return {
    ...described,
    kind: 'integer',
    placeholder: 'N',
    allowed: `an integer from ${min} to ${max}`,
    fallbackText: String(fallback),
    parse: (value: number) => (value >= min && value <= max ? value : undefined),
  }
}

export function flag(described: {
  readonly key: string
  readonly help: string
  readonly fallback: boolean
}): Setting<boolean> {
  return {
    ...described,
    kind: 'boolean',
    placeholder: 'true|false',
    allowed: 'true or false',
    fallbackText: String(described.fallback),
    parse: (value: boolean) => value,
  }
}

export function list<Item>(described: {
  readonly key: string
  readonly placeholder: string
  readonly help: string
  readonly allowed: string
  readonly parseItem: (item: string) => Item | undefined
}): Setting<readonly Item[]> {
  return {
    ...described,
    kind: 'list',
    fallback: [],
    fallbackText: 'none',
    parse: (items: readonly string[]) => {
      const parsed = items.map(described.parseItem).filter((item) => item !== undefined)
      return parsed.length === items.length ? parsed : undefined
    },
  }
}

/** `JETON_MAX_BODY_BYTES` for `max-body-bytes`. */
export function variableOf(setting: Setting): string {
  return `JETON_${setting.key.toUpperCase().replaceAll('-', '_')}`
}
