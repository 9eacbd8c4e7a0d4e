import type { Asked } from '../http-rounds.ts'
import { httpRequest } from '../load/request-file.ts'
import { basicOf, BASIC } from '../questions.ts'
import type { MeasuredApi } from './api.ts'

const USERS = 10
const OWNER = {
  username: 'astra-owner',
  email: 'owner@astra.example.org',
  password: 'correct horse battery staple',
}

/** An account of its own, with a bearer token of its owner. */
export const astra: MeasuredApi = {
  questions: [
    { name: "Astra, one of one's own tokens", goal: 0.6 },
    { name: `Astra, list ${USERS} users`, goal: 0.3 },
  ],
  async prepare(server) {
    const tenant = { name: 'astra', onezoneDomain: 'astra.example.org', administrator: OWNER }
    await ask(server, '/v1/tenants', BASIC, tenant)
    const owner = basicOf(OWNER)
    const { token, account, user, id } = await firstToken(server, owner)
    const bearer = { Authorization: `Bearer ${token}` }
    const core = `/accounts/${account}/core/v1`
    for (let index = 1; index < USERS; index += 1) {
      const body = { type: 'application/astra-user', version: '1.2', email: `${index}@astra.example.org` }
      await ask(server, `${core}/users`, bearer, body)
    }
    return [`${core}/users/${user}/tokens/${id}`, `${core}/users`].map((path) =>
      httpRequest('GET', path, bearer),
    )
  },
}

async function firstToken(server: Asked, authorization: Readonly<Record<string, string>>) {
  // Safe: docs/http.md says what these two answer.
  const me = (await ask(server, '/v1/me', authorization)) as {
    readonly user: { readonly astraId: string }
    readonly tenant: { readonly astraAccountId: string }
  }
  const body = { audience: 'astra', name: 'asks' }
  const made = (await ask(server, '/v1/me/tokens', authorization, body)) as {
    readonly id: string
    readonly token: string
  }
  return { ...made, account: me.tenant.astraAccountId, user: me.user.astraId }
}

/** GET, or POST where there is something to send. */
async function ask(
  { port }: Asked,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { ...headers, 'Content-Type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
  return answer.json()
}
