import { Provider } from 'oidc-provider'

/**
 * npm's oidc-provider with its own in-memory adapter, answering token introspection (RFC 7662): what a service in
 * JavaScript asks today. Runs on Node, which it is made for. Prints its port.
 */
const provider = new Provider('http://127.0.0.1', {
  clients: [
    {
      client_id: 'bench',
      client_secret: 'bench',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: false },
  },
})
const server = provider.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') process.stdout.write(`${address?.port}\n`)
})
