/** @import { Failed, Summary } from './closing-lines.mjs' */

/** More files than these do not fail by chance, and whoever broke them waits for the end. */
const mostFiles = 3;

/** Tests that look for what goes wrong once in a hundred times: that it did is what they were asked. */
const searches = /^test\/(chaos|security|simulation)\//;

/**
 * Which files of a whole run are tried once more, alone: those of tests that failed, where these are few and none of them searches for what is rare. A test
 * that names a seed has found something by it, and another draw would not find it again.
 *
 * @param {Summary} summary of the first try.
 * @returns {string[]} files, none where there is nothing to try again.
 */
export function triedAgain({ failed }) {
  const mayBeChance = ({ file, isFoundBySeed }) => file !== undefined && !isFoundBySeed && !searches.test(file);
  if (!failed.every(mayBeChance)) return [];
  const files = [...new Set(failed.map(({ file }) => file))];
  return files.length <= mostFiles ? files : [];
}

/**
 * What both tries come to: what failed in the first and passed in the second is unsteady, which is counted as passed and said; all else stays as it was.
 *
 * @param {Summary} first
 * @param {Summary} second of the files that were tried again.
 * @returns {Summary}
 */
export function bothTries(first, second) {
  const before = new Set(first.passed);
  const passed = new Set(second.passed);
  const hasFailed = new Set(second.failed.map(({ file }) => file));
  // A file that could not be loaded has no test that failed; it has passed with what is in it.
  const isUnsteady = ({ file, test }) =>
    !hasFailed.has(undefined) && !hasFailed.has(file) && (test === undefined ? second.passed.length > 0 : passed.has(test));
  const unsteady = first.failed.filter(isUnsteady);
  const files = new Set(unsteady.map(({ file }) => file));
  return {
    passed: [...first.passed, ...second.passed.filter((test) => files.has(fileOf(test)) && !before.has(test))],
    failed: first.failed.filter((each) => !isUnsteady(each)),
    skipped: first.skipped,
    unsteady,
  };
}

/** Tests are named by their file and by their own name. */
function fileOf(test) {
  return test.split(' > ', 1)[0];
}
