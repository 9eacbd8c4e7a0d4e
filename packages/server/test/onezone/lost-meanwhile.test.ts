import { afterEach, describe, expect, test } from 'bun:test'
import { CLOSED, RawConnection } from '../../testing/raw-connection.ts'
import { onEachDatabase } from './on-each-database.ts'
import { BASE, bearer, errorIds, newNamedToken, newUser, type Zone } from './zone.ts'

const connections: RawConnection[] = []
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close()
})

/** A request whose head has arrived and whose body is held back; what it returns sends the body, and gives the outcome. */
async function holdBack(zone: Zone, method: string, path: string, token: string, body: string) {
  const connection = await RawConnection.open(zone.port)
  connections.push(connection)
  const head = [
    `${method} ${BASE}${path} HTTP/1.1`,
    'Host: zone.example.org',
    `X-Auth-Token: ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  connection.send(`${head.join('\r\n')}\r\n\r\n`)
  // Answered after the head has been looked at: one loop serves both connections.
  await zone.ask('GET', '/health')
  return async (): Promise<string> => {
    const answer = await connection.exchange(body)
    if (answer === CLOSED) return CLOSED
    const { error } = JSON.parse(answer.body || '{}')
    return [answer.status, error?.id, error?.details?.authError?.id]
      .filter((part) => part !== undefined)
      .join(' ')
  }
}

onEachDatabase((zone) => {
  describe('a request whose body is held back', () => {
    test('is judged by what its token is when the body comes', async () => {
      const user = await newUser(zone())
      const { token, tokenId } = await newNamedToken(zone(), user.id)
      const release = await holdBack(zone(), 'POST', '/user/tokens/named', token, '{"name":"late"}')
      await zone().asAdmin('PATCH', `/tokens/named/${tokenId}`, { revoked: true })
      expect(await release()).toBe('401 unauthorized tokenRevoked')
    })

    test('is judged so by a call that anybody may make, too', async () => {
      const user = await newUser(zone())
      const body = JSON.stringify({ token: user.token })
      const { token, tokenId } = await newNamedToken(zone(), user.id)
      const release = await holdBack(zone(), 'POST', '/tokens/examine', token, body)
      await zone().asAdmin('DELETE', `/tokens/named/${tokenId}`)
      expect(await release()).toBe('401 unauthorized tokenInvalid')
    })
  })

  describe('whoever changes his password', () => {
    const path = '/user/password'
    const newPassword = 'another password'

    test('and is blocked while the old one is checked has not changed it', async () => {
      const user = await newUser(zone())
      const change = (oldPassword: string) =>
        zone().ask('PATCH', path, { headers: bearer(user.token), body: { oldPassword, newPassword } })
      for (let failures = 0; failures < 5; failures += 1) await change('not the old one')
      zone().throttle.whileWaiting = async () => {
        zone().throttle.whileWaiting = async () => undefined
        await zone().asAdmin('PATCH', `/users/${user.id}/access_block`, { blocked: true })
      }
      expect(errorIds(await change(user.password))).toBe('unauthorized userBlocked')

      await zone().asAdmin('PATCH', `/users/${user.id}/access_block`, { blocked: false })
      expect((await change(user.password)).status).toBe(204)
    })
  })
})
