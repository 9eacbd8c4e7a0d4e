import type { Setting } from '@jeton/server/configuration-setting'
import { variableOf } from '@jeton/server/configuration-setting'
import { SETTINGS } from '@jeton/server/configuration-settings'
import type { Command } from 'commander'

const settings: readonly Setting[] = Object.values(SETTINGS)

/** Makes an option of every setting that may be one. Which values are allowed is for the configuration to say. */
export function addServeOptions(command: Command): Command {
  addConfigOption(command)
  for (const setting of settings.filter(({ isEnvironmentOnly }) => isEnvironmentOnly !== true)) {
    addSetting(command, setting)
  }
  return command
}

/** The options that say where an installation is, for a command that works on it past its server. */
export function addPlaceOptions(command: Command): Command {
  addConfigOption(command)
  for (const setting of [SETTINGS.dataFolder, SETTINGS.databaseUrl, SETTINGS.masterKeyFile]) {
    addSetting(command, setting)
  }
  return command
}

function addConfigOption(command: Command): void {
  command.option(
    '--config <FILE>',
    'the file that holds settings (env: JETON_CONFIG; default: ./jeton.toml if there)',
  )
}

function addSetting(command: Command, setting: Setting): void {
  const { key, kind, placeholder } = setting
  // `--tls-self-signed` alone says what it says.
  const value = kind === 'boolean' ? `[${placeholder}]` : `<${placeholder}>`
  command.option(`--${key} ${value}`, describe(setting))
}

/** What help says of the settings that no option may carry. */
export function environmentOnlyHelp(): string {
  const lines = settings
    .filter(({ isEnvironmentOnly }) => isEnvironmentOnly === true)
    .map((setting) => `  ${variableOf(setting)}  ${setting.help}`)
  return ['', 'From the environment only, where no process list shows them:', ...lines].join('\n')
}

/**
 * The options that were given, by the settings' keys.
 * @param values as commander parsed them, under names of its own
 */
export function givenFlags(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const keys = ['config', ...settings.map(({ key }) => key)]
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = values[key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())]
      return typeof value === 'string' || value === true ? [[key, String(value)]] : []
    }),
  )
}

function describe(setting: Setting): string {
  const fallback = setting.fallbackText === undefined ? '' : `; default: ${setting.fallbackText}`
  return `${setting.help} (env: ${variableOf(setting)}${fallback})`
}
