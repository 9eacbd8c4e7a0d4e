import { type Setting, variableOf } from '@jeton/server/configuration-setting'
import { SETTINGS } from '@jeton/server/configuration-settings'

/** The table of docs/configuration.md, made from the settings themselves. */
export function settingsTable(): string {
  const rows = Object.values<Setting>(SETTINGS).map((setting) => {
    const { key, placeholder, help, allowed, fallbackText = 'none', isEnvironmentOnly } = setting
    const flag = isEnvironmentOnly === true ? 'none' : `\`--${key} ${placeholder}\``
    return [flag, `\`${variableOf(setting)}\``, fallbackText, `${help} Allowed: ${allowed}.`]
  })
  return [['option', 'environment', 'default', ''], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('')
}

if (import.meta.main) process.stdout.write(settingsTable())
