/** As much of it as the benchmark uses; the package brings no types. */
declare module 'oidc-provider' {
  import type { Server } from 'node:http'

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    listen(port: number, host: string, onListening: () => void): Server
  }
}
