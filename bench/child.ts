import { temporaryRoot } from './temporary.ts'

const living = new Set<Bun.Subprocess>()

// However the benchmark ends, short of SIGKILL, none outlives it.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

export interface ChildOptions {
  /** On its standard input. */
  readonly input?: string
  /** What it writes to standard error is of no interest. */
  readonly isChatty?: boolean
}

/** A process that answers on its standard output. Its temporary files go with ours. */
export function spawnChild(
  command: readonly string[],
  { input = '', isChatty = false }: ChildOptions = {},
): Bun.Subprocess<Blob, 'pipe'> {
  const child = Bun.spawn([...command], {
    stdin: new Blob([input]),
    stdout: 'pipe',
    stderr: isChatty ? 'ignore' : 'inherit',
    env: { ...process.env, TMPDIR: temporaryRoot() },
  })
  living.add(child)
  void child.exited.then(() => living.delete(child))
  return child
}
