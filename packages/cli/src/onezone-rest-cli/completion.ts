import { type OnezoneOperation, operations } from '@jeton/server/onezone-operations'
import { bodyFields } from './body-fields.ts'
import { OPTION_NAMES, usage } from './command-line.ts'

/** Options that take the next word; what follows one is not an operation. */
const WITH_VALUE = '-u|--user|--host|--cacert|-m|--max-time|-H|--header|-ct|--content-type|-ac|--accept'

/**
 * A script that makes a shell complete operations, options and arguments.
 * @throws {CommandFailed} `usage` for another shell
 */
export function completionScript(shell: string | undefined): string {
  if (shell === 'bash') return bashScript()
  if (shell === 'zsh') return zshScript()
  throw usage('Completion is for bash and zsh.', 'onezone-rest-cli completion bash')
}

function argumentsOf({ parameters, body }: OnezoneOperation): readonly string[] {
  const fields = body === undefined ? [] : bodyFields(body)
  return [
    ...parameters.map((name) => `${name}=`),
    ...fields.map(({ name, isText }) => (isText ? `${name}==` : `${name}:=`)),
    ...(body === undefined ? [] : ['-']),
  ]
}

/** One `case` arm for each set of arguments, whoever has it. */
function argumentArms(indent: string, arm: (args: string) => string): string {
  const names = new Map<string, string[]>()
  for (const operation of operations) {
    const args = argumentsOf(operation).join(' ')
    names.set(args, [...(names.get(args) ?? []), operation.name])
  }
  return [...names]
    .filter(([args]) => args !== '')
    .map(([args, operationNames]) => `${indent}${operationNames.join('|')})\n${indent}  ${arm(args)} ;;`)
    .join('\n')
}

function bashScript(): string {
  return `# bash completion of onezone-rest-cli; to use it: eval "$(onezone-rest-cli completion bash)"
_onezone_rest_cli() {
  local current=\${COMP_WORDS[COMP_CWORD]} operation= skip= word words=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      ${WITH_VALUE}) skip=1 ;;
      -*) ;;
      *) operation=$word; break ;;
    esac
  done
  COMPREPLY=()
  [[ -n $skip ]] && return
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W '${OPTION_NAMES.join(' ')}' -- "$current"))
    return
  fi
  case $operation in
    '')
      words='${[...operations.map(({ name }) => name), 'completion'].join(' ')}' ;;
    completion)
      words='bash zsh' ;;
${argumentArms('    ', (args) => `words='${args}'`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
}
complete -F _onezone_rest_cli onezone-rest-cli
`
}

function zshScript(): string {
  const described = operations.map(({ name, summary }) => `    '${name}:${summary.replaceAll("'", `'\\''`)}'`)
  return `#compdef onezone-rest-cli
# zsh completion of onezone-rest-cli: put it as _onezone-rest-cli into a folder of $fpath, or
# eval "$(onezone-rest-cli completion zsh)"
_onezone_rest_cli() {
  local operation= skip= word
  local -a known
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
      ${WITH_VALUE}) skip=1 ;;
      -*) ;;
      *) operation=$word; break ;;
    esac
  done
  [[ -n $skip ]] && { _default; return }
  if [[ $PREFIX == -* ]]; then
    compadd -- ${OPTION_NAMES.join(' ')}
    return
  fi
  case $operation in
    '')
      known=(
${described.join('\n')}
    'completion:Print what makes a shell complete'
      )
      _describe operation known ;;
    completion)
      compadd bash zsh ;;
${argumentArms('    ', (args) => `compadd -S '' -- ${args}`)}
  esac
}
if [[ \${funcstack[1]} == _onezone_rest_cli || \${funcstack[1]} == _onezone-rest-cli ]]; then
  _onezone_rest_cli "$@"
else
  compdef _onezone_rest_cli onezone-rest-cli
fi
`
}
