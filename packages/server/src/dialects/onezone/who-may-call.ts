import { conditionsOf } from './authorization.ts'
import type { Alternative, Callers, Condition, EntityAt, EntityInPath } from './callers.ts'

/** One sentence for the document: `For whoever is the one whom it is about, or holds the admin privilege …` */
export function whoMayCall(callers: Callers): string {
  if (callers === 'anyone') return 'For everybody, also without credentials.'
  return `For whoever ${callers.map(claimOf).join(', or ')}.`
}

function claimOf(alternative: Alternative): string {
  return conditionsOf(alternative).map(predicate).join(' and ')
}

function predicate(condition: Condition): string {
  switch (condition.kind) {
    case 'self':
      return 'is the one whom it is about'
    case 'user':
    case 'provider':
      return condition.parameter === undefined
        ? `is a ${condition.kind}`
        : `is the ${condition.kind} \`{${condition.parameter}}\``
    case 'admin': {
      const [only, ...others] = condition.privileges.map(quoted)
      return others.length === 0
        ? `holds the admin privilege ${only}`
        : `holds the admin privileges ${[only, ...others].join(' and ')}`
    }
    case 'member':
      return `is a member of ${place(condition.entity)}`
    case 'privilege':
      return `holds ${quoted(condition.privilege)} in ${place(condition.entity)}`
    case 'space_owner':
      return `is an owner of the space \`{${condition.parameter}}\``
    case 'supporter':
      return 'is a provider that supports the user whom it is about'
    case 'supports':
      return `is a provider that supports ${supported(condition.entity)}`
    case 'no_owner':
      return `(where the user \`{${condition.parameter}}\` is no owner of the space)`
    case 'creator':
      return `(where the user \`{${condition.parameter}}\` created ${place(condition.entity)})`
    case 'supported':
      return `is supported by the provider \`{${condition.parameter}}\``
    case 'when_sent':
      return `(where ${quoted(condition.key)} is sent) ${predicate(condition.condition)}`
  }
}

function place(entity: EntityAt): string {
  if (entity === 'cluster_of_subject') return 'the cluster of the provider whom it is about'
  return `the ${entity.kind.replace('_', ' ')} \`{${entity.parameter}}\``
}

function supported(entity: EntityInPath): string {
  return entity.kind === 'space' ? place(entity) : `a space of ${place(entity)}`
}

function quoted(word: string): string {
  return `\`${word}\``
}
