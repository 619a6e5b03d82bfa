import { existsSync, readFileSync } from 'node:fs';

/** Numbers over several runs. */
export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** `exitedWell`: what the runner's own exit code said. */
  add({ passed, failed, skipped }, exitedWell) {
    this.passed += passed;
    this.skipped += skipped;
    // A runner that gave up without a failed test did not run some of them.
    this.failed += failed || (exitedWell ? 0 : 1);
  }

  toString() {
    return `tests: ${this.passed} passed, ${this.failed} failed${this.skipped ? `, ${this.skipped} skipped` : ''}`;
  }
}

/** The numbers of one jest run, from its JSON report. A file that could not be run at all counts as one failed test. */
export function countTests(reportPath) {
  if (!existsSync(reportPath)) return { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(readFileSync(reportPath, 'utf8'));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
