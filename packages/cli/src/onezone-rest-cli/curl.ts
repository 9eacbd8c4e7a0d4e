import type { Call } from './call.ts'
import type { Credential } from './credential.ts'
import type { Options } from './command-line.ts'

/**
 * The command of curl that sends the same request, for a POSIX shell. A secret of the environment stands in it as
 * its variable; one of the command line as it was given, for else it could not be run.
 */
export function curlCommand(
  host: string,
  call: Call,
  credential: Credential,
  options: Pick<Options, 'insecure' | 'caFile' | 'maxTimeSeconds' | 'include' | 'verbose'>,
): string {
  const words = [
    'curl -sS',
    ...(options.insecure ? ['-k'] : []),
    ...(options.include ? ['-i'] : []),
    ...(options.verbose ? ['-v'] : []),
    ...(options.caFile === undefined ? [] : [`--cacert ${quoted(options.caFile)}`]),
    ...(options.maxTimeSeconds === undefined ? [] : [`-m ${options.maxTimeSeconds}`]),
    `-X ${call.method}`,
    ...credentialWords(credential),
    ...call.headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(call.body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `--data-raw ${quoted(call.body)}`]),
    quoted(`${host}${call.path}`),
  ]
  return words.join(' ')
}

function credentialWords(credential: Credential): readonly string[] {
  switch (credential.kind) {
    case 'none':
      return []
    case 'token':
      return [`-H "X-Auth-Token: $${credential.variable}"`]
    case 'password':
      return [
        credential.variable === undefined ? `-u ${quoted(credential.user)}` : `-u "$${credential.variable}"`,
      ]
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
