import { expect, test } from 'bun:test'
import { measureRestart, type Restart, type RestartOptions } from '../../testing/measure-restart.ts'
import { seededTokens } from '../../testing/seeded-tokens.ts'

/** `JETON_SCALE_TOKENS=1000000` makes it the full size, which takes minutes the first time. */
const MANY = Number(process.env['JETON_SCALE_TOKENS'] ?? 100_000)
const FEW = 1000
const VERIFICATIONS = 20_000
const MAX_OWN_BYTES = 300_000_000
const TIMEOUT_MS = 600_000

test(
  `a server with ${MANY} named tokens verifies random ones in less than 300 MB of its own`,
  async () => {
    const options = { verifications: VERIFICATIONS, connections: 16, seed: 1 }
    const few = await measure(FEW, options)
    const many = await measure(MANY, options)

    expect([few.accepted, many.accepted]).toEqual([VERIFICATIONS, VERIFICATIONS])
    // Where the system does not tell, there is nothing to compare.
    expect(many.memory?.ownBytes ?? 0).toBeLessThan(MAX_OWN_BYTES)
    // Times are shown, and compared by nobody: a test that fails on one fails on a busy machine.
    for (const [tokens, { firstVerificationMillis, memory }] of [
      [FEW, few],
      [MANY, many],
    ] as const) {
      const megabytes = Math.round((memory?.ownBytes ?? 0) / 1e6)
      console.log(
        `${tokens} tokens: first verification ${Math.round(firstVerificationMillis)} ms after process start, then ${megabytes} MB`,
      )
    }
  },
  TIMEOUT_MS,
)

async function measure(tokens: number, options: RestartOptions): Promise<Restart> {
  const seeded = await seededTokens({ tokens })
  try {
    return await measureRestart(seeded, options)
  } finally {
    await seeded.remove()
  }
}
