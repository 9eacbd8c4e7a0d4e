import { expect, test } from 'bun:test'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CannotOpenStore } from '../../src/store/cannot-open-store.ts'
import { lockDataFolder } from '../../src/store/sqlite/data-folder-lock.ts'

const lockModule = join(import.meta.dir, '../../src/store/sqlite/data-folder-lock.ts')

test('a folder that this process holds is refused to it too, and free again when released', () =>
  inFolder((folder) => {
    const lock = lockDataFolder(folder)
    expect(() => lockDataFolder(folder)).toThrow(CannotOpenStore)
    lock.release()
    lockDataFolder(folder).release()
  }))

test('a folder that another process holds is refused with its name, until that is killed', () =>
  inFolder(async (folder) => {
    const holder = Bun.spawn({
      cmd: [
        process.execPath,
        '-e',
        `import { lockDataFolder } from ${JSON.stringify(lockModule)}
         const lock = lockDataFolder(${JSON.stringify(folder)})
         console.log('held')
         setInterval(() => lock, 1000)`,
      ],
      stdout: 'pipe',
    })
    const { value } = await holder.stdout.getReader().read()
    expect(Buffer.from(value ?? []).toString()).toBe('held\n')
    expect(() => lockDataFolder(folder)).toThrow(
      `The data folder ${folder} is in use by another jeton process`,
    )
    holder.kill('SIGKILL')
    await holder.exited
    lockDataFolder(folder).release()
  }))

test('a folder that is missing is made, for its owner only', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a', 'b')
    lockDataFolder(path).release()
    expect((await stat(path)).mode & 0o777).toBe(0o700)
  }))

test('a path that is no folder is refused with its name', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'file')
    await writeFile(path, '')
    expect(() => lockDataFolder(path)).toThrow(`The data folder ${path} cannot be used`)
  }))

async function inFolder(use: (folder: string) => unknown): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-lock-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
