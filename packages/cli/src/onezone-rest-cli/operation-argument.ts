import { CommandFailed } from '../command-failed.ts'

/** What stands behind an operation. */
export type OperationArgument =
  /** `id=VALUE` */
  | { readonly kind: 'parameter'; readonly name: string; readonly value: string }
  /** `name==VALUE` and `name:=JSON`; the JSON as it was written, so that no digit of a number is lost. */
  | { readonly kind: 'field'; readonly name: string; readonly json: string }
  /** `X-Auth-Token:VALUE` */
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  /** `-`: the body is on standard input. */
  | { readonly kind: 'input' }

/** The first separator counts: what follows may hold any of them. */
const FORM = /^([\w.-]+)(==|:=|=|:)(.*)$/s

/** @throws {CommandFailed} `usage`, with the name only: the value may be a secret */
export function parseArgument(text: string): OperationArgument {
  if (text === '-') return { kind: 'input' }
  const [, name = '', separator = '', value = ''] = FORM.exec(text) ?? []
  switch (separator) {
    case '=':
      return { kind: 'parameter', name, value }
    case '==':
      return { kind: 'field', name, json: JSON.stringify(value) }
    case ':=':
      return { kind: 'field', name, json: checkedJson(name, value) }
    case ':':
      return { kind: 'header', name, value: value.trim() }
    default:
      throw new CommandFailed('usage', `An argument is of no form that is known here.`, {
        next: 'Write id=VALUE, name==TEXT, name:=JSON, Header:VALUE, or - for a body on standard input.',
      })
  }
}

function checkedJson(name: string, text: string): string {
  try {
    JSON.parse(text)
    return text.trim()
  } catch {
    throw new CommandFailed('usage', `What ${name}:= is followed by is not JSON.`, {
      next: `For a text write ${name}==TEXT. Lists and objects need quotes against the shell: ${name}:='["a"]'.`,
    })
  }
}
