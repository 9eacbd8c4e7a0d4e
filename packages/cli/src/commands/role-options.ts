import { type Command, InvalidArgumentError } from 'commander'
import type { JsonObject } from '../server/json.ts'

/** What a custom role is made of, as options. */
export interface RoleOptions {
  readonly description?: string
  readonly base?: readonly string[]
  readonly allow?: readonly string[]
  readonly deny?: readonly string[]
}

export function addRoleOptions(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .option('--base <role,…>', 'system roles that it starts from, such as tenant_viewonly', names)
    .option(
      '--allow <permission>',
      'what it may do besides, such as GET+/api/profile; may come again',
      another,
    )
    .option('--deny <permission>', 'what it may not do, whatever allows it; may come again', another)
}

/** The fields of the API that the options speak of; the others are left out. */
export function roleFields({ description, base, allow, deny }: RoleOptions): JsonObject {
  return {
    ...(description !== undefined && { description }),
    ...(base !== undefined && { roles: base.map((name) => ({ name })) }),
    ...(allow !== undefined && { permissions: allow.map((value) => ({ value })) }),
    ...(deny !== undefined && { disallow_permissions: deny.map((value) => ({ value })) }),
  }
}

/** `a,b`: the names of roles. */
export function names(value: string): readonly string[] {
  const list = value.split(',').map((name) => name.trim())
  if (list.includes('')) throw new InvalidArgumentError('Write the names with commas between them.')
  return list
}

function another(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
