/**
 * @typedef {object} Failed a test that failed or did not end, a broken file, an unhandled error
 * @property {string} [file] where it is known.
 * @property {string} [test] its name, where it is a test.
 * @property {string} reason the first line of what it said.
 * @property {boolean} [isFoundBySeed] whether a seed was named that leads there again.
 *
 * @typedef {object} Summary what a run of the tests came to
 * @property {string[]} passed the names of tests.
 * @property {Failed[]} failed
 * @property {{ name: string, reason: string }[]} skipped
 * @property {Failed[]} [unsteady] what failed, and passed when its file ran once more.
 */

/** For a run that ended before it could say anything. @type {Summary} */
export const nothingKnown = { passed: [], failed: [{ reason: 'the test runner ended without a report' }], skipped: [] };

/**
 * The last lines of a test run: the reason of each skipped test, what is unsteady, what failed, then the counts. A runner that fails although every
 * test passed, and a run in which nothing ran, count as one failure.
 *
 * @param {Summary} summary
 * @param {number} exitCode the test runner's
 */
export function closingLines({ passed, failed, skipped, unsteady = [] }, exitCode) {
  const all = [...failed];
  if (all.length === 0 && exitCode !== 0) all.push({ reason: `the test runner ended with exit code ${exitCode}` });
  if (all.length === 0 && passed.length === 0) all.push({ reason: 'no test ran' });
  const counts = [`${passed.length} passed`, `${all.length} failed`];
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
  return {
    passed: all.length === 0,
    lines: [
      ...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`),
      ...unsteady.map((each) => `unsteady: ${inWords(each)} (passed when its file ran once more, alone)`),
      ...all.map((each) => `failed: ${inWords(each)}`),
      counts.join(', '),
    ],
  };
}

/** @param {Failed} failed */
function inWords({ file, test, reason }) {
  return [test ?? file, reason].filter((part) => part !== undefined).join(': ');
}
