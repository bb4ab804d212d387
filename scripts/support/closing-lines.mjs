/**
 * @typedef {object} Summary what a run of the tests came to
 * @property {number} passed
 * @property {string[]} failed one entry for each failed or unfinished test, broken file and unhandled error
 * @property {{ name: string, reason: string }[]} skipped
 */

/** For a run that ended before it could say anything. @type {Summary} */
export const nothingKnown = { passed: 0, failed: ['the test runner ended without a report'], skipped: [] };

/**
 * The last lines of a test run: the reason of each skipped test, then the counts. A runner that fails although every
 * test passed, and a run in which nothing ran, count as one failure.
 *
 * @param {Summary} summary
 * @param {number} exitCode the test runner's
 */
export function closingLines(summary, exitCode) {
  const failed = [...summary.failed];
  if (failed.length === 0 && exitCode !== 0) failed.push(`the test runner ended with exit code ${exitCode}`);
  if (failed.length === 0 && summary.passed === 0) failed.push('no test ran');
  const counts = [`${summary.passed} passed`, `${failed.length} failed`];
  if (summary.skipped.length > 0) counts.push(`${summary.skipped.length} skipped`);
  return {
    passed: failed.length === 0,
    lines: [
      ...summary.skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`),
      ...failed.map((name) => `failed: ${name}`),
      counts.join(', '),
    ],
  };
}
