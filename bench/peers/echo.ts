/**
 * The least that a JSON service on this runtime can do: parse the body that a verification has, answer about as many
 * bytes as a verdict. What verification is measured against. Prints its port.
 */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    // Safe: the load generator sends an object with a token. Its length proves in the answer that it was parsed.
    const { token } = (await request.json()) as { readonly token: string }
    const answer = {
      subject: { type: 'user', id: '461698917aa4c176fd86a111b6e7231ca998f1' },
      ttl: token.length,
    }
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } })
  },
})
process.stdout.write(`${server.port}\n`)
