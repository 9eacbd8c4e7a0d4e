/** How many tests there were, by what became of them. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  /** Neither passed nor failed, and not part of the closing line. */
  readonly skipped: number
}

/** One test as a JUnit report has it. Attributes may hold `>` unescaped (Node writes them so). */
const TEST_CASE = /<testcase(?:\s+[\w:-]+="[^"]*")*\s*(?:\/>|>([\s\S]*?)<\/testcase>)/g
const FILE = /<testsuite(?:\s+[\w:-]+="[^"]*")*?\s+file="([^"]*)"/g

/** What a JUnit report says, as Bun and Node write it. */
export function countTests(junit: string): Counts {
  const bodies = Array.from(junit.matchAll(TEST_CASE), ([, body]) => body ?? '')
  const failed = bodies.filter((body) => /<(?:failure|error)\b/.test(body)).length
  const skipped = bodies.filter((body) => body.includes('<skipped')).length
  return { passed: bodies.length - failed - skipped, failed, skipped }
}

/** The files that a report of Bun's has tests of. One that did not load is in the report with nothing. */
export function reportedFiles(junit: string): ReadonlySet<string> {
  return new Set(Array.from(junit.matchAll(FILE), ([, file]) => file ?? ''))
}

/**
 * What a step's report and its exit code say together. A run that ended badly without naming a failed test (it
 * crashed, or was killed) has failed once; so has one that ran no tests.
 */
export function honestCounts(
  junit: string,
  exitCode: number | null,
  expectedFiles: readonly string[] = [],
): Counts {
  const counts = countTests(junit)
  const reported = reportedFiles(junit)
  const missing = expectedFiles.filter((file) => !reported.has(file)).length
  const failed = counts.failed + missing
  const isUnexplained = failed === 0 && (exitCode !== 0 || counts.passed === 0)
  return { ...counts, failed: isUnexplained ? 1 : failed }
}
