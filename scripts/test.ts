import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../packages/server/testing/postgres.ts'
import { honestCounts } from './test-report.ts'
import { describeResult, oneTest, runStep, type Step, type StepResult } from './test-step.ts'

/*
 * `npm test`: everything, with nothing but Node.js and npm on the machine. Nothing stops early; the exit code is 0 only
 * if all of it passed, and the last line counts the tests of all runners.
 */

const ROOT = join(import.meta.dir, '..')
const TOKEN_TESTS = 'packages/token/test/**/*.test.ts'
/** Tests start servers and databases of their own: more at once would only wait for each other. */
const WORKERS = 2
/** What hangs is to fail, what waits for a busy machine is not. */
const TEST_TIMEOUT_MS = 60_000

process.chdir(ROOT)
const reports = await mkdtemp(join(tmpdir(), 'jeton-test-'))
try {
  const results = await runAll()
  process.stdout.write(`\n${results.map(describeResult).join('\n')}\n`)
  const passed = sum(results, 'passed')
  const failed = sum(results, 'failed')
  process.exitCode = failed === 0 ? 0 : 1
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
} finally {
  await rm(reports, { recursive: true, force: true })
}

async function runAll(): Promise<readonly StepResult[]> {
  const checks = await Promise.all([...checkSteps(), nodeStep()].map(runStep))
  // One PostgreSQL for all workers. Without it each test that wants one says why it cannot have it.
  const postgres = await startPostgres().catch(() => undefined)
  const tests = await runStep(bunStep(postgres?.url))
  await postgres?.stop()
  return [...checks, tests]
}

function checkSteps(): readonly Step[] {
  return [
    checkStep('types', 'tsc', '--noEmit'),
    checkStep('lint', 'oxlint', '--type-aware', '--deny-warnings'),
    checkStep('format', 'biome', 'format'),
  ]
}

function checkStep(name: string, tool: string, ...args: readonly string[]): Step {
  return {
    name,
    command: [process.execPath, join('node_modules/.bin', tool), ...args],
    count: oneTest,
  }
}

function bunStep(postgresUrl: string | undefined): Step {
  const report = join(reports, 'bun.xml')
  return {
    name: 'bun',
    command: [
      process.execPath,
      'test',
      `--parallel=${WORKERS}`,
      `--timeout=${TEST_TIMEOUT_MS}`,
      '--reporter=junit',
      `--reporter-outfile=${report}`,
    ],
    env: postgresUrl === undefined ? {} : { JETON_TEST_POSTGRES_URL: postgresUrl },
    count: async (exitCode) => honestCounts(await readReport(report), exitCode, testFiles()),
  }
}

function nodeStep(): Step {
  const report = join(reports, 'node.xml')
  const node = 'node_modules/node/bin/node'
  // Brought by an install script; where that was blocked, this step fails and says what to do.
  const command = existsSync(node)
    ? [node, '--test', ...nodeReporters(report), TOKEN_TESTS]
    : ['sh', '-c', 'echo "Node.js is missing in node_modules. Run: npm rebuild node"; exit 1']
  return {
    name: 'node',
    command,
    count: async (exitCode) => honestCounts(await readReport(report), exitCode),
  }
}

function nodeReporters(report: string): readonly string[] {
  return ['spec', 'junit'].flatMap((reporter) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${reporter === 'junit' ? report : 'stdout'}`,
  ])
}

/** Every test file there is, as Bun's report names them. */
function testFiles(): readonly string[] {
  return [...new Bun.Glob('{packages,bench,e2e,scripts}/**/*.test.ts').scanSync(ROOT)].filter(
    (file) => !file.includes('node_modules/'),
  )
}

/** Nothing when the runner died before it wrote any. */
async function readReport(path: string): Promise<string> {
  return existsSync(path) ? readFile(path, 'utf8') : ''
}

function sum(results: readonly StepResult[], key: 'passed' | 'failed'): number {
  return results.reduce((total, { counts }) => total + counts[key], 0)
}
