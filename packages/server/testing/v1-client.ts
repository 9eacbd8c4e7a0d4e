/** Of everybody who is made by tests. */
export const PASSWORD = 'correct horse battery staple'
let serial = 0

/** No two are the same, whatever else runs. */
export function unique(word: string): string {
  serial += 1
  return `${word}-${process.pid}-${serial}`
}

/** A call of `/v1` by somebody with {@link PASSWORD}, which succeeds. */
export async function v1(
  url: string,
  username: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${username}:${PASSWORD}`).toString('base64')}`
  const answer = await fetch(url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}: ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}
