import type { FileChange } from '../../domain/change.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import { testShape, type TestShape } from '../source/test-shape.ts';

/** A test file before and after; undefined where it did not exist or is no regular file. */
export interface TestFileVersions {
  readonly file: FileChange;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * What a change takes away from a test file. Tests and statements may be added; of what was there everything has to stay where it was:
 * an assertion within a new condition, or a changed expectation, is one that is gone.
 */
export function testFileFindings({ file, before, after }: TestFileVersions): IntegrityFinding[] {
  const { path } = file;
  if (file.status === 'deleted' || (before !== undefined && after === undefined)) {
    return [{ rule: 'test-deleted', path, detail: `It deletes the test file ${path}.` }];
  }
  if (after === undefined) return [];
  const now = testShape(after, path);
  if (before === undefined) return now === undefined ? [] : addedFindings(path, undefined, now);
  const then = testShape(before, file.from ?? path);
  if (then === undefined) return dataFindings(file);
  if (now === undefined) return [weakened(path, 'It leaves code that cannot be read')];
  return [...goneFindings(path, then, now), ...addedFindings(path, then, now)];
}

/** What tests compare with stays as it is; a file of snapshots may get more of them. */
function dataFindings(file: FileChange): IntegrityFinding[] {
  const { path, addedLines, removedLines } = file;
  if (file.binary) return [weakened(path, 'It replaces what is compared with')];
  if (removedLines > 0) return [weakened(path, `It removes ${removedLines} lines`)];
  return addedLines > 0 && !path.endsWith('.snap') ? [weakened(path, `It adds ${addedLines} lines to what is compared with`)] : [];
}

function goneFindings(path: string, then: TestShape, now: TestShape): IntegrityFinding[] {
  const gone = [...then.statements].filter(([key, entry]) => (now.statements.get(key)?.count ?? 0) < entry.count).map(([, entry]) => entry);
  // A test that is gone takes its statements along: the test is what to name.
  const first = gone.find((entry) => entry.kind === 'test') ?? gone.find((entry) => entry.kind === 'assertion') ?? gone[0];
  if (first === undefined) return [];
  const more = gone.length > 1 ? ` (and ${gone.length - 1} more)` : '';
  const what = { test: 'the test', assertion: 'the assertion', statement: 'the line' }[first.kind];
  return [weakened(path, `It removes or changes ${what} "${first.label}"${more}`)];
}

/** In a new file a test that is left out takes nothing away, but `only` and an early end reach others. */
function addedFindings(path: string, then: TestShape | undefined, now: TestShape): IntegrityFinding[] {
  const reachesOthers = /only|process|^f/;
  return [...now.leftOut]
    .filter(([name, count]) => count > (then?.leftOut.get(name) ?? 0) && (then !== undefined || reachesOthers.test(name)))
    .map(([name]) => ({ rule: 'test-skipped', path, detail: `It adds "${name}" to the tests of ${path}.` }));
}

function weakened(path: string, what: string): IntegrityFinding {
  return { rule: 'test-weakened', path, detail: `${what} in the tests of ${path}.` };
}
