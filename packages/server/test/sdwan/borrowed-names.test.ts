import { beforeAll, describe, expect, test } from 'bun:test'
import { askSdwan } from '../../testing/sdwan-client.ts'
import { ADMINISTRATOR } from '../../testing/server-process.ts'
import { legacy } from './resources.ts'
import { PASSWORD, unique, v1 } from '../../testing/v1-client.ts'
import { onEachDatabase, type Person } from './world.ts'

const ANOTHER = 'another Password 1!'

onEachDatabase((world) => {
  describe('who makes a token for an administrator of the installation', () => {
    let iam: Person
    let token: string
    let victim: string

    beforeAll(async () => {
      const { admin, url } = world()
      iam = await world().person('tenant_iam_admin')
      const tokens = legacy(admin, 'v2.1', `/operators/${admin.id}/authtokens`)
      const body = { roles: [{ name: 'tenant_iam_admin' }] }
      token = (await iam.ask('POST', tokens, { body })).json.x_auth_token
      const username = unique('viewer')
      const roles = { astra: 'viewer', sdwan: ['tenant_viewonly'] }
      const user = { username, email: `${username}@example.org`, password: PASSWORD, roles }
      victim = ((await v1(url, ADMINISTRATOR.username, 'POST', '/v1/users', user)) as MadeUser)
        .sdwanOperatorId
    })

    const setPassword = (credential: string) => {
      const body = { linked_accounts: [{ provider_key: 'password', provider_value: ANOTHER }] }
      const path = legacy(iam, 'v2.2', `/operators/${victim}`)
      return askSdwan(world().url, credential, 'PATCH', path, { body })
    }

    test('sets with it no password of who may something by another API', async () => {
      expect((await setPassword(token)).codes).toEqual(['OPERATOR_INVALID_SIGNUP_ROLE'])
    })

    test('as the administrator himself does who has logged in', async () => {
      expect((await setPassword(world().admin.token)).status).toBe(200)
    })
  })
})

interface MadeUser {
  readonly sdwanOperatorId: string
}
