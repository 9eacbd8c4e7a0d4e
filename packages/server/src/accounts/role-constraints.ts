import { Refused } from '../failure.ts'

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** @see the Astra Control API, role constraints */
const FORMS: readonly RegExp[] = [
  /^\*$/,
  /^namespaces:\*(?:\.\*)?$/,
  new RegExp(`^namespaces:id='${UUID}'(?:\\.\\*)?$`),
  // A label of Kubernetes is at most 63 characters, its prefix a host name.
  /^namespaces:kubernetesLabels='[A-Za-z0-9./_-]{1,317}=[A-Za-z0-9._-]{0,63}'(?:\.\*)?$/,
]

/** What is not known to confine must not be kept as if it did. @throws {Refused} `entry_invalid` */
export function checkRoleConstraints(constraints: readonly string[]): void {
  const unknown = constraints.find((constraint) => !FORMS.some((form) => form.test(constraint)))
  if (unknown !== undefined) throw invalid('must name everything, namespaces, or labels of namespaces')
  if (new Set(constraints).size !== constraints.length) throw invalid('must not say anything twice')
}

function invalid(reason: string): Refused {
  return new Refused({ kind: 'entry_invalid', field: 'roleConstraints', reason })
}
