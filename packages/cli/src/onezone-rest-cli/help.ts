import { type OnezoneOperation, operations, sections } from '@jeton/server/onezone-operations'
import { type BodyField, bodyFields } from './body-fields.ts'
import { SHOWN_OPTIONS } from './command-line.ts'

/** `onezone-rest-cli --help`: every operation, by what it is about. */
export function overview(): string {
  const width = Math.max(...operations.map(({ name }) => name.length))
  const lists = sections.flatMap(({ name, description }) => {
    const listed = operations.filter(({ section }) => section === name)
    if (listed.length === 0) return []
    const lines = listed.map((operation) => `  ${operation.name.padEnd(width)}  ${operation.summary}`)
    return [[description, ...lines].join('\n')]
  })
  return `${HEAD}\n${optionLines()}\n\n${lists.join('\n\n')}\n\n${FOOT}`
}

const HEAD = `Usage: onezone-rest-cli [options] OPERATION [arguments]
       onezone-rest-cli OPERATION --help
       onezone-rest-cli completion bash|zsh

Calls one operation of the Onezone API and writes its answer to standard output.

Arguments:
  id=VALUE            a part of the path
  name==TEXT          a field of the JSON body that is a text
  name:=JSON          a field of the JSON body that is anything else
  -                   the whole JSON body is on standard input
  X-Auth-Token:TOKEN  a header

Options:`

function optionLines(): string {
  return SHOWN_OPTIONS.map(([names, meaning]) => `  ${names.padEnd(28)}${meaning}`).join('\n')
}

const FOOT = `Environment:
  ONEZONE_HOST        the server, like https://zone.example.org
  ONEZONE_API_KEY     an access token
  ONEZONE_BASIC_AUTH  NAME:PASSWORD

Exit status:
  0    the server did it (2xx)
  1    the server refused; its answer is on standard output, the status on standard error
  2    the command line or its input is wrong; nothing was sent
  3    no answer came
  130  interrupted with Ctrl-C

Example:
  $ export ONEZONE_HOST=https://zone.example.org
  $ onezone-rest-cli -u ada createNamedTokenForCurrentUser name==ci
  $ onezone-rest-cli getNamedToken id=28a45b0ce12fefe8e098e9d8c238d74fch4f69
`

/** What one operation takes. */
export function operationHelp(operation: OnezoneOperation): string {
  const { name, method, path, parameters, summary, body } = operation
  const fields = body === undefined ? [] : bodyFields(body)
  const required = fields.filter(({ isRequired }) => isRequired)
  const words = [name, ...parameters.map((one) => `${one}=VALUE`), ...required.map(fieldForm)]
  const more = required.length < fields.length ? ' [fields]' : ''
  return [
    `Usage: onezone-rest-cli [options] ${words.join(' ')}${more}`,
    ...(body === undefined
      ? []
      : [
          `       onezone-rest-cli [options] ${[name, ...words.slice(1, 1 + parameters.length), '-'].join(' ')} < BODY.json`,
        ]),
    '',
    `${summary}.`,
    `${method} ${path}`,
    ...section(
      'Path:',
      parameters.map((one): Row => [`${one}=VALUE`, 'required']),
    ),
    ...section('Body:', fields.map(fieldRow)),
    '',
  ].join('\n')
}

type Row = readonly [form: string, meaning: string]

function fieldForm({ name, isText }: BodyField): string {
  return isText ? `${name}==TEXT` : `${name}:=JSON`
}

function fieldRow(field: BodyField): Row {
  return [fieldForm(field), field.isRequired ? `${field.type}, required` : field.type]
}

function section(title: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([form]) => form.length))
  return ['', title, ...rows.map(([form, meaning]) => `  ${form.padEnd(width)}  ${meaning}`)]
}
