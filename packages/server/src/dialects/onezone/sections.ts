import type { ApiSection } from '../openapi-document.ts'

/** The parts that the operations are listed in, in this order. */
export const sections = [
  { name: 'tokens', description: 'Tokens: to verify, examine, confine, create and revoke.' },
  { name: 'users', description: 'Users, their passwords and admin privileges.' },
  { name: 'groups', description: 'Groups, their members and their place in other groups.' },
  { name: 'spaces', description: 'Spaces: who owns them, who is a member, who supports them.' },
  { name: 'providers', description: 'Providers and their registration.' },
  { name: 'clusters', description: 'Clusters and their members.' },
  { name: 'harvesters', description: 'Harvesters and their members.' },
  { name: 'atm_inventories', description: 'Automation inventories and their members.' },
  { name: 'zone', description: 'The zone itself.' },
] as const satisfies readonly ApiSection[]

export type SectionName = (typeof sections)[number]['name']

/** Which part an operation is of, by the words of its path. */
export function sectionOf(path: string): SectionName {
  const words = path.split('/').filter((segment) => segment !== '' && !segment.startsWith('{'))
  // `/users/{id}/tokens/named` is about tokens, `/user/groups` about groups, `/groups/{id}/users` about groups.
  if (words.slice(0, 2).includes('tokens')) return 'tokens'
  const [first = '', second = ''] = words
  return (
    (first === 'user' ? named(second.replace(/^effective_/, '')) : undefined) ??
    named(SINGULAR[first] ?? first) ??
    'zone'
  )
}

const SINGULAR: Readonly<Record<string, SectionName>> = { user: 'users', provider: 'providers' }

function named(word: string): SectionName | undefined {
  return sections.find(({ name }) => name === word)?.name
}
