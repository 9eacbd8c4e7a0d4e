import type { Asked } from '../http-rounds.ts'
import { basicOf, BASIC } from '../questions.ts'

interface FirstToken {
  readonly id: string
  readonly token: string
  readonly user: { readonly astraId: string; readonly sdwanOperatorId: string }
  readonly tenant: { readonly astraAccountId: string; readonly sdwanTenantId: string }
}

/** A tenant of its own, named like the API, and a token of its administrator. */
export async function firstToken(
  server: Asked,
  audience: 'astra' | 'sdwan',
  administrator: { readonly username: string; readonly email: string; readonly password: string },
): Promise<FirstToken> {
  const onezoneDomain = `${audience}.example.org`
  await ask(server, '/v1/tenants', BASIC, { name: audience, onezoneDomain, administrator })
  const basic = basicOf(administrator)
  const me = await ask(server, '/v1/me', basic)
  const made = await ask(server, '/v1/me/tokens', basic, { audience, name: 'asks' })
  // Safe: docs/http.md says what these two answer.
  return { ...(me as object), ...(made as object) } as FirstToken
}

/** GET, or POST where there is something to send. */
export async function ask(
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
