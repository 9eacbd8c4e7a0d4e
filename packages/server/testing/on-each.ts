import { afterAll, beforeAll, describe } from 'bun:test'

const START_TIMEOUT_MS = 30_000

/**
 * Runs the same cases in a world of each kind. It is opened and closed around them: there once they run, not while they are
 * listed.
 */
export function onEach<Kind extends string, World>(
  kinds: readonly Kind[],
  open: (kind: Kind) => Promise<World>,
  close: (world: World) => Promise<void>,
  cases: (world: () => World) => void,
  startTimeoutMs = START_TIMEOUT_MS,
): void {
  for (const kind of kinds) {
    describe(`on ${kind}`, () => {
      let opened: { readonly world: World } | undefined
      beforeAll(async () => {
        opened = { world: await open(kind) }
      }, startTimeoutMs)
      afterAll(() => opened && close(opened.world))
      cases(() => {
        if (opened === undefined) throw new Error('the world is there in tests only')
        return opened.world
      })
    })
  }
}
