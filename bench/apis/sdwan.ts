import { httpRequest } from '../load/request-file.ts'
import type { MeasuredApi } from './api.ts'
import { firstToken } from './first-token.ts'

const OPERATOR = {
  username: 'sdwan-super',
  email: 'super@sdwan.example.org',
  password: 'correct horse battery staple',
}

/** A tenant of its own, with a static token of its super. */
export const sdwan: MeasuredApi = {
  questions: [
    { name: "SD-WAN, one's profile", goal: 0.6 },
    { name: "SD-WAN, one of one's own tokens", goal: 0.6 },
  ],
  async prepare(server) {
    const { token, id, user, tenant } = await firstToken(server, 'sdwan', OPERATOR)
    const own = `/v2.1/api/tenants/${tenant.sdwanTenantId}/operators/${user.sdwanOperatorId}/authtokens/${id}`
    return ['/v2.1/api/profile', own].map((path) => httpRequest('GET', path, { 'X-Auth-Token': token }))
  },
}
