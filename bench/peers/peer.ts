import { join } from 'node:path'
import { spawnChild } from '../child.ts'

/** A server to compare with, in a process of its own. */
export interface Peer {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** The least a JSON service does, on the runtime that we run on. */
export function startEcho(launcher: readonly string[]): Promise<Peer> {
  return startPeer([...launcher, process.execPath, join(import.meta.dir, 'echo.ts')])
}

/** `oidc-provider` on the Node that npm's `node` package brings. */
export function startIntrospection(launcher: readonly string[]): Promise<Peer> {
  const node = join(import.meta.dir, '../../node_modules/.bin/node')
  return startPeer([...launcher, node, join(import.meta.dir, 'introspection.ts')])
}

/** better-auth's API keys on SQLite, on the runtime that we run on. */
export function startApiKey(launcher: readonly string[]): Promise<Peer> {
  return startPeer([...launcher, process.execPath, join(import.meta.dir, 'api-key.ts')])
}

async function startPeer(command: string[]): Promise<Peer> {
  const child = spawnChild(command, { isChatty: true })
  const { value } = await child.stdout.getReader().read()
  const port = Number(Buffer.from(value ?? []).toString())
  if (!(port > 0)) throw new Error(`${command.at(-1)} did not print its port`)
  return {
    port,
    pid: child.pid,
    async stop() {
      child.kill()
      await child.exited
    },
  }
}
