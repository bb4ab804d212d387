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
 * What both tries come to. What failed in a file in which nothing fails the second time, and has passed there, is unsteady: that is counted as passed and
 * said. All else stays as it was, and what failed in the second try alone has failed as well.
 *
 * @param {Summary} first
 * @param {Summary} second of the files that were tried again.
 * @returns {Summary}
 */
export function bothTries(first, second) {
  const hasFailed = new Set(second.failed.map(({ file }) => file));
  // A file that could not be loaded has no test that failed: it has passed with what is in it.
  const passedNow = ({ file, test }) => second.passed.filter((each) => (test === undefined ? fileOf(each) === file : each === test));
  const isUnsteady = (each) => !hasFailed.has(undefined) && !hasFailed.has(each.file) && passedNow(each).length > 0;
  const unsteady = first.failed.filter(isUnsteady);
  const before = { failed: namesOf(first.failed), skipped: new Set(first.skipped.map(({ name }) => name)), passed: new Set(first.passed) };
  const wasNamed = ({ file, test }) => before.failed.has(test ?? file);
  const ofUnsteady = new Set(unsteady.map(({ file }) => file));
  return {
    passed: [
      ...first.passed,
      ...unsteady.flatMap((each) => (each.test === undefined ? passedNow(each).filter((test) => !before.passed.has(test)) : [each.test])),
    ],
    failed: [...first.failed.filter((each) => !isUnsteady(each)), ...second.failed.filter((each) => !wasNamed(each))],
    skipped: [...first.skipped, ...second.skipped.filter(({ name }) => ofUnsteady.has(fileOf(name)) && !before.skipped.has(name))],
    unsteady,
  };
}

/** @param {Failed[]} failed */
function namesOf(failed) {
  return new Set(failed.map(({ file, test }) => test ?? file));
}

/** Tests are named by their file and by their own name. */
function fileOf(test) {
  return test.split(' > ', 1)[0];
}
