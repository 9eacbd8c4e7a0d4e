import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from 'bun:test'
import { RawConnection } from '../../testing/raw-connection.ts'
import { head } from './support/listener.ts'

test('when all descriptors are taken, those between two requests are closed and the next client is served', async () => {
  const script = `${import.meta.dir}/support/stoppable.ts`
  const command = `ulimit -n 200; exec "$0" "$1" 0`
  const child = spawn('sh', ['-c', command, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const clients: RawConnection[] = []
  try {
    const printed = createInterface(child.stdout)[Symbol.asyncIterator]()
    const port = Number((await printed.next()).value)
    for (let count = 0; count < 300; count += 1) clients.push(await RawConnection.open(port))
    const answers = await Promise.all(clients.map((client) => client.exchange(head('GET /test'))))
    expect(answers.at(-1)).toMatchObject({ status: 200 })
  } finally {
    for (const client of clients) client.close()
    child.kill('SIGKILL')
  }
}, 15_000)
