import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { exitCodes } from '../src/exit-code.ts'
import { buildProgram } from '../src/program.ts'
import { systemTerminal } from '../src/terminal/system-terminal.ts'
import { settingsTable } from './support/settings-table.ts'

const page = readFileSync(join(import.meta.dir, '../../../docs/cli.md'), 'utf8')

/** `jeton token create` and so on, with the command itself. */
const commands = buildProgram(systemTerminal).commands.flatMap((command): [string, Command][] =>
  command.commands.length === 0
    ? [[`jeton ${command.name()}`, command]]
    : command.commands.map((sub) => [`jeton ${command.name()} ${sub.name()}`, sub]),
)

// Said once for all commands, or on the page of the configuration.
const common = new Set(['--url', '--cacert', '--username', '--json'])

describe('docs/cli.md', () => {
  for (const [name, command] of commands) {
    test(`has a section on ${name} that names its options`, () => {
      const section = page.split('\n### ').find((text) => new RegExp(`^(.*, )?${name}\\b`).test(text))
      expect(section).toBeDefined()
      if (name === 'jeton serve') return
      const options = command.options.map(({ long }) => long ?? '').filter((long) => !common.has(long))
      // The caveat options are explained where they are the point.
      const explained = section?.includes('see `token confine`') === true ? page : section
      for (const option of options) expect(explained).toContain(`\`${option}`)
    })
  }

  test('lists the exit statuses that the program has', () => {
    const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
    expect(page).toContain(rows.join('\n'))
  })
})

describe('docs/configuration.md', () => {
  test('has the table that the settings make', () => {
    const page = readFileSync(join(import.meta.dir, '../../../docs/configuration.md'), 'utf8')
    const table = page.slice(page.indexOf('| option |'))
    // When it fails because a setting has changed: bun packages/cli/test/support/settings-table.ts prints the table.
    expect(table).toBe(settingsTable())
  })
})
