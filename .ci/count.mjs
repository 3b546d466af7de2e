// Sums up vitest's JSON reports and ends with 1 when one is missing or anything failed.
import { readFileSync } from 'node:fs'

const sum = { passed: 0, failed: 0, skipped: 0 }
let complete = true
for (const file of process.argv.slice(2)) {
  let report
  try { report = JSON.parse(readFileSync(file, 'utf8')) } catch (error) {
    console.log(`The report ${file} is missing: ${error.message}`)
    complete = false
    continue
  }
  sum.passed += report.numPassedTests
  sum.failed += report.numFailedTests
  sum.skipped += report.numPendingTests + report.numTodoTests
  // A file that could not even be loaded has no tests to count.
  const broken = report.testResults.filter((it) => it.status === 'failed' && it.assertionResults.every((test) => test.status !== 'failed'))
  for (const { name, message } of broken) console.log(`${name}: ${message}`)
  sum.failed += broken.length
  if (report.numTotalTests === 0) { console.log(`${file}: no test ran`); complete = false }
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exit(complete && sum.failed === 0 ? 0 : 1)
