import type { OnezoneOperation } from '@jeton/server/onezone-operations'
import type { CommandFailed } from '../command-failed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { bodyFields } from './body-fields.ts'
import { usage } from './command-line.ts'
import type { OperationArgument } from './operation-argument.ts'

/** A request that is complete but for the server and who asks. */
export interface Call {
  readonly method: string
  /** From the root, percent-encoded. */
  readonly path: string
  /** As they were named on the command line. */
  readonly headers: readonly Header[]
  /** JSON; `undefined`: none is sent. */
  readonly body: string | undefined
}

export type Header = readonly [name: string, value: string]

/**
 * Fits the arguments to the operation. A body field that it does not have is sent, as the server ignores it, with a
 * note on standard error.
 * @throws {CommandFailed} `usage`
 */
export async function buildCall(
  operation: OnezoneOperation,
  args: readonly OperationArgument[],
  moreHeaders: readonly string[],
  terminal: Terminal,
): Promise<Call> {
  const path = pathOf(operation, args)
  const headers = [...moreHeaders.map(headerOf), ...args.flatMap(namedHeader)]
  for (const header of headers) requireSendable(header)
  return { method: operation.method, path, headers, body: await bodyOf(operation, args, terminal) }
}

function pathOf(operation: OnezoneOperation, args: readonly OperationArgument[]): string {
  const values = new Map<string, string>()
  for (const argument of args) {
    if (argument.kind !== 'parameter') continue
    const { name, value } = argument
    if (!operation.parameters.includes(name)) throw unknownParameter(operation, name)
    if (values.has(name)) throw usage(`${name} is given twice.`)
    values.set(name, value)
  }
  const missing = operation.parameters.filter((name) => !values.has(name))
  if (missing.length > 0) {
    const forms = missing.map((name) => `${name}=VALUE`).join(' ')
    throw usage(`${operation.name} needs ${missing.join(' and ')}.`, `Add: ${forms}`)
  }
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, values.get(name) ?? ''))
}

/** `.` and `..` would be taken for steps in the path, and nothing for no segment at all. */
function segment(name: string, value: string): string {
  if (value === '' || value === '.' || value === '..') throw usage(`${name} cannot be '${value}'.`)
  if (!value.isWellFormed()) throw usage(`${name} is no text.`)
  return encodeURIComponent(value)
}

function unknownParameter(operation: OnezoneOperation, name: string): CommandFailed {
  const { parameters, body } = operation
  if (body !== undefined && bodyFields(body).some((field) => field.name === name)) {
    return usage(`${name} belongs to the body of ${operation.name}.`, `Write ${name}==TEXT or ${name}:=JSON.`)
  }
  const known = parameters.length === 0 ? 'It has none.' : `It has ${parameters.join(' and ')}.`
  return usage(`${operation.name} has no parameter ${name}. ${known}`, helpOf(operation))
}

function helpOf({ name }: OnezoneOperation): string {
  return `onezone-rest-cli ${name} --help shows what it takes.`
}

async function bodyOf(
  operation: OnezoneOperation,
  args: readonly OperationArgument[],
  terminal: Terminal,
): Promise<string | undefined> {
  const fields = args.filter((argument) => argument.kind === 'field')
  const isOnInput = args.some(({ kind }) => kind === 'input')
  if (!isOnInput && fields.length === 0) return undefined
  if (operation.body === undefined) throw usage(`${operation.name} takes no body.`, helpOf(operation))
  if (!isOnInput) return fieldsBody(operation.body, fields, operation, terminal)
  if (fields.length > 0) throw usage('The body is either on standard input (-) or in fields, not both.')
  return inputBody(await terminal.readInput())
}

type Field = Extract<OperationArgument, { readonly kind: 'field' }>

function fieldsBody(
  schema: NonNullable<OnezoneOperation['body']>,
  fields: readonly Field[],
  operation: OnezoneOperation,
  terminal: Terminal,
): string {
  const known = bodyFields(schema).map(({ name }) => name)
  const taken = new Set<string>()
  for (const { name } of fields) {
    if (taken.has(name)) throw usage(`${name} is given twice.`)
    taken.add(name)
    if (known.includes(name)) continue
    if (operation.parameters.includes(name)) {
      throw usage(`${name} belongs to the path of ${operation.name}.`, `Write ${name}=VALUE.`)
    }
    terminal.writeError(`onezone-rest-cli: ${operation.name} has no field ${name}; servers ignore it.\n`)
  }
  return `{${fields.map(({ name, json }) => `${JSON.stringify(name)}:${json}`).join(',')}}`
}

function inputBody(text: string): string {
  try {
    JSON.parse(text)
    return text.trim()
  } catch {
    throw usage('What is on standard input is not JSON.')
  }
}

function namedHeader(argument: OperationArgument): readonly Header[] {
  return argument.kind === 'header' ? [[argument.name, argument.value]] : []
}

function headerOf(text: string): Header {
  const [name = '', ...value] = text.split(':')
  return [name.trim(), value.join(':').trim()]
}

/** What no header can carry would fail in sending, with a message that repeats it. */
function requireSendable([name, value]: Header): void {
  if (!/^[\w-]+$/.test(name)) throw usage('A header is written NAME:VALUE; a name has letters, digits and -.')
  if (!/^[\x20-\x7e]+$/.test(value))
    throw usage(`The header ${name} has no value, or one that no header can have.`)
}
