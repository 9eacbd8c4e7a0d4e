import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as clusterNode from '../../../src/cluster/cluster-node.ts'

/** The code under test, as it stands or with a rule taken out. */
export type ClusterCode = typeof clusterNode

/** What takes a rule out: in that file of `src/cluster`, this text becomes that one. */
export interface Edit {
  readonly file: string
  readonly from: string
  readonly to: string
}

const SOURCE = join(import.meta.dir, '../../../src/cluster')

/**
 * The code with a rule taken out: a copy of it, elsewhere, in which some text is replaced. Production code has no switch
 * that could be set wrongly.
 * @throws when the text to be replaced does not stand in the file exactly once: then the rule has moved
 */
export async function codeWithout(edits: readonly Edit[]): Promise<ClusterCode> {
  const folder = await mkdtemp(join(tmpdir(), 'jeton-cluster-'))
  try {
    await cp(SOURCE, folder, { recursive: true })
    for (const edit of edits) await replace(join(folder, edit.file), edit)
    for (const file of await readdir(folder)) await leadBack(join(folder, file))
    // Safe: it is a copy of that module.
    return (await import(join(folder, 'cluster-node.ts'))) as ClusterCode
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function replace(path: string, { file, from, to }: Edit): Promise<void> {
  const parts = (await readFile(path, 'utf8')).split(from)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times ${JSON.stringify(from)}`)
  await writeFile(path, parts.join(to))
}

/** What the copy imports from outside of its folder is the original. */
async function leadBack(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replaceAll("from '../", `from '${join(SOURCE, '..')}/`))
}
