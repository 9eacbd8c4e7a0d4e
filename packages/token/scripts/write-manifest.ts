import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import type { JsonObject } from '../src/json.ts'

// What is published is dist/, a package of its own: in this repository the package's name leads to its TypeScript
// sources, which nobody else can be asked to compile.
const at = (path: string): URL => new URL(path, import.meta.url)
// Our own package.json.
const ours = JSON.parse(readFileSync(at('../package.json'), 'utf8')) as JsonObject
const { scripts: _, ...kept } = ours
const exports = { '.': { types: './index.d.ts', default: './index.js' } }
const manifest = { ...kept, exports, engines: { node: '>=22' } }
writeFileSync(at('../dist/package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
copyFileSync(at('../README.md'), at('../dist/README.md'))
copyFileSync(at('../../../LICENSE'), at('../dist/LICENSE'))
