import { httpRequest } from '../load/request-file.ts'
import type { MeasuredApi } from './api.ts'
import { ask, firstToken } from './first-token.ts'

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
    const { token, id, user, tenant } = await firstToken(server, 'astra', OWNER)
    const bearer = { Authorization: `Bearer ${token}` }
    const core = `/accounts/${tenant.astraAccountId}/core/v1`
    for (let index = 1; index < USERS; index += 1) {
      const body = { type: 'application/astra-user', version: '1.2', email: `${index}@astra.example.org` }
      await ask(server, `${core}/users`, bearer, body)
    }
    return [`${core}/users/${user.astraId}/tokens/${id}`, `${core}/users`].map((path) =>
      httpRequest('GET', path, bearer),
    )
  },
}
