import { OnezoneClient } from './onezone-client.ts'
import { ADMINISTRATOR } from './server-process.ts'

/** The administrator by a token of his own: a password would cost tens of milliseconds a request. */
export async function administratorByToken(url: string): Promise<OnezoneClient> {
  return new OnezoneClient(url, { kind: 'token', token: await administratorToken(url) })
}

export async function administratorToken(url: string): Promise<string> {
  const byPassword = new OnezoneClient(url, { kind: 'password', ...ADMINISTRATOR })
  return (await byPassword.createNamedToken('self', { name: `tests ${Bun.nanoseconds()}` })).token
}
