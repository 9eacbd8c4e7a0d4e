import { describe, expect, test } from 'bun:test'
import { countTests, honestCounts } from './test-report.ts'

const BUN = `<testsuites name="bun test" tests="4">
  <testsuite name="a.test.ts" file="a.test.ts" tests="4">
    <testcase name="in &lt;d&gt; &quot;q&quot;" classname="d" file="a.test.ts" line="3" assertions="0" />
    <testcase name="bad" file="a.test.ts"><failure message="x&#10;y">x &lt;skipped /&gt;</failure></testcase>
    <testcase name="later" file="a.test.ts">
      <skipped message="TODO" />
    </testcase>
    <testcase name="good" file="a.test.ts" />
  </testsuite>
</testsuites>`
const NODE = `<testsuites>
	<testcase name="b.test.ts" failure="a > b"><failure message="a > b">a</failure></testcase>
	<testsuite name="x" tests="1"><testcase name="1 > 0" classname="x" file="/x/d.test.ts"/></testsuite>
	<testcase name="s"><skipped type="skipped" message="true"/></testcase>
</testsuites>`
const GOOD = '<testsuite file="a.test.ts"><testcase name="a" /></testsuite>'

describe('the closing line', () => {
  test.each([
    ["Bun's", BUN, { passed: 2, failed: 1, skipped: 1 }],
    ["Node's", NODE, { passed: 1, failed: 1, skipped: 1 }],
    ['no', '', { passed: 0, failed: 0, skipped: 0 }],
  ])('counts each test of %s report once', (_, junit, counts) => {
    expect(countTests(junit)).toEqual(counts)
  })

  test.each([
    ['all passed', GOOD, 0, ['a.test.ts'], 0],
    ['a test failed', BUN, 1, ['a.test.ts'], 1],
    ['a file did not load', GOOD, 1, ['a.test.ts', 'b.test.ts'], 1],
    ['the runner crashed before its report', '', 139, [], 1],
    ['the runner was killed', GOOD, null, ['a.test.ts'], 1],
    ['the runner failed without a failed test', GOOD, 1, ['a.test.ts'], 1],
    ['no test was run', '', 0, [], 1],
  ])('when %s: as many failures as that is', (_, junit, exitCode, files, failed) => {
    expect(honestCounts(junit, exitCode, files).failed).toBe(failed)
  })
})
