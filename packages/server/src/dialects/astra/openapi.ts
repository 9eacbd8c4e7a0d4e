import type { JsonSchema } from '../json-schema.ts'
import type {
  ApiDescription,
  ApiSection,
  DocumentedOperation,
  DocumentedResponse,
  QueryParameter,
} from '../openapi-document.ts'
import type { ListParameter } from './list-query.ts'
import { PROBLEMS, type ProblemNumber, statusOf } from './problem.ts'
import type { Callers, ResourceKind, Route } from './route.ts'
import { routes } from './routes.ts'
import { problemShape } from './shapes.ts'

/** The release of the API that this is compatible with. */
const API_RELEASE = '24.02.0'

const sections = [
  { name: 'accounts', description: 'Accounts: each is a customer of its own.' },
  { name: 'account users', description: 'Users of an account.' },
  {
    name: 'account groups',
    description: 'Groups of a directory, whose members have the roles that are bound to them.',
  },
  { name: 'role bindings', description: 'Who may do what in an account.' },
  { name: 'credentials', description: 'Secrets that an account keeps, passwords among them.' },
  { name: 'account tokens', description: 'Tokens: to create, list, rename and revoke.' },
  { name: 'surroundings', description: 'What clients ask for beside their work; all of it is empty.' },
] as const satisfies readonly ApiSection[]

type SectionName = (typeof sections)[number]['name']

const SECTION_OF: Readonly<Record<ResourceKind, SectionName>> = {
  account: 'accounts',
  user: 'account users',
  group: 'account groups',
  roleBinding: 'role bindings',
  credential: 'credentials',
  token: 'account tokens',
  ldap: 'surroundings',
  setting: 'surroundings',
  topology: 'surroundings',
}

/** The Astra Control API, as it is spoken here, for a document of it. */
export function astraApi(): ApiDescription {
  return {
    title: 'Astra Control',
    version: API_RELEASE,
    description:
      'Accounts of the NetApp Astra Control API with their users, groups, role bindings, credentials and tokens. A body ' +
      'is read as JSON whatever its content type says, and ignored where none is taken. An answer has the content type ' +
      'of its resource where `Accept` asks for that. What is refused is told as a problem whose `type` ends in its number.',
    sections,
    securitySchemes: {
      astraToken: { type: 'http', scheme: 'bearer', description: 'A token of a user of the account.' },
    },
    headers: {},
    operations: routes.map(documented),
  }
}

function documented(route: Route): DocumentedOperation {
  const { method, routePath, operationId, summary, callers, kind, parameters, bodySchema } = route
  return {
    method,
    path: routePath,
    operationId,
    summary,
    description: whoMayCall(callers),
    section: SECTION_OF[kind],
    isPublic: false,
    query: parameters.map(queryParameter),
    body: bodySchema,
    responses: [successOf(route), ...refusalsOf(route)],
  }
}

function whoMayCall(callers: Callers): string {
  const words = callers.map((who) => {
    if (who === 'self') return 'the user of the path himself'
    if (who === 'installation') return 'an owner of the default tenant’s account'
    return who === 'owner' ? 'an owner' : `whoever has the role ${who} or a higher one`
  })
  return `For ${words.join(', and ')}.`
}

const QUERY: Readonly<Record<ListParameter, Omit<QueryParameter, 'name'>>> = {
  include: {
    description: 'Names of fields, with commas between: each item is then an array of their values.',
    schema: { type: 'string', pattern: '^[0-9a-zA-Z]+(,[0-9a-zA-Z]+)*$' },
  },
  limit: { description: 'How many items at most.', schema: { type: 'string', pattern: '^[1-9][0-9]*$' } },
  filter: {
    description:
      "Conditions such as `name eq 'ci'`, which all must hold: eq, lt, lte, gt, gte, in (contains).",
    schema: { type: 'array', items: { type: 'string' } },
  },
  orderBy: {
    description: 'The name of a field, or that and `desc`. Without it items come as they were created.',
    schema: { type: 'string' },
  },
  skip: {
    description: 'How many items to leave out first.',
    schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
  },
  count: { description: 'Whether to tell how many match in all.', schema: { const: 'true' } },
  continue: {
    description: 'What `metadata.continue` of the previous page was, with the other parameters as they were.',
    schema: { type: 'string' },
  },
}

function queryParameter(name: ListParameter): QueryParameter {
  return { name, ...QUERY[name] }
}

function successOf({ method, shape }: Route): DocumentedResponse {
  if (shape === undefined) return { status: 204, description: 'Done; there is nothing to tell.' }
  if (method !== 'POST') return { status: 200, description: 'Done.', schema: shape }
  return {
    status: 201,
    description: 'Created.',
    schema: shape,
    headers: { Location: 'Where to find what was created.', ETag: 'What `If-Match` of a change may name.' },
  }
}

function refusalsOf({ problems }: Route): readonly DocumentedResponse[] {
  const byStatus = Map.groupBy(problems, statusOf)
  return [...byStatus].toSorted(([a], [b]) => a - b).map(([status, numbers]) => refusal(status, numbers))
}

function refusal(status: number, numbers: readonly ProblemNumber[]): DocumentedResponse {
  return {
    status,
    description: numbers.map((number) => `${number}: ${PROBLEMS[number][1]}.`).join(' '),
    schema: problemShape satisfies JsonSchema,
    contentType: 'application/problem+json',
    component: `AstraProblem${numbers.join('Or')}`,
    ...(status === 401 && { headers: { 'WWW-Authenticate': 'Always `Bearer`.' } }),
    ...(status === 503 && { headers: { 'Retry-After': 'After how many seconds to ask again.' } }),
  }
}
