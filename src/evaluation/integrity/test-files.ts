import type { FileChange } from '../../domain/change.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import { languageOf } from '../source/languages.ts';
import { testShape, type TestShape } from '../source/test-shape.ts';
import { textShape } from '../source/text-shape.ts';
import { isTestFile } from './files.ts';
import { isSnapshot, rewrittenSnapshots } from './snapshots.ts';

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
  const now = shapeOf(after, path);
  if (before === undefined) return now === undefined ? [] : addedFindings(path, undefined, now);
  const old = file.from ?? path;
  const then = shapeOf(before, old);
  if (then === undefined) return before === after ? [] : dataFindings(file, before, after);
  if (now === undefined) return [weakened(path, 'It leaves code that cannot be read')];
  return [...goneFindings(path, then, now), ...addedFindings(path, then, now)];
}

/** What stands in the tests of a file. Of Rust, whose tests may lie beside the code, only what is marked as such. */
export function shapeOf(text: string, path: string): TestShape | undefined {
  const shape = testShape(text, path);
  const language = languageOf(path);
  if (shape !== undefined || language === undefined || language.name === 'javascript') return shape;
  return textShape(isTestFile(path) ? text : testsBeside(text), language);
}

/** The part of a Rust file that is only built for its tests: it stands at the end, or is all that follows. */
function testsBeside(text: string): string {
  const start = /^[ \t]*#\[cfg\(test\)\]\s*(?:#\[[^\]\n]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?mod\s+\w+\s*\{/m.exec(text);
  return start === null ? '' : text.slice(start.index);
}

/** What tests compare with stays as it is; a file of snapshots may get more of them. */
function dataFindings(file: FileChange, before: string, after: string): IntegrityFinding[] {
  const { path, addedLines, removedLines } = file;
  if (isSnapshot(path)) {
    const rewritten = file.binary ? undefined : rewrittenSnapshots(before, after);
    if (rewritten === undefined && !file.binary && path.endsWith('.snap') && removedLines === 0) return [];
    if (rewritten !== undefined && rewritten.length === 0) return [];
    const which = rewritten?.[0] === undefined ? '' : ` "${rewritten[0].slice(0, 80)}"`;
    return [{ rule: 'snapshot-rewritten', path, detail: `It rewrites what was recorded${which} in ${path}.` }];
  }
  if (file.binary) return [weakened(path, 'It replaces what is compared with')];
  if (removedLines > 0) return [weakened(path, `It removes ${removedLines} lines`)];
  return addedLines > 0 ? [weakened(path, `It adds ${addedLines} lines to what is compared with`)] : [];
}

/** What was there and no longer is. */
function goneFrom(then: TestShape, now: TestShape) {
  return [...then.statements].filter(([key, entry]) => (now.statements.get(key)?.count ?? 0) < entry.count).map(([, entry]) => entry);
}

function goneFindings(path: string, then: TestShape, now: TestShape): IntegrityFinding[] {
  const gone = goneFrom(then, now);
  // A test that is gone takes its statements along: the test is what to name.
  const first = gone.find((entry) => entry.kind === 'test') ?? gone.find((entry) => entry.kind === 'assertion') ?? gone[0];
  if (first === undefined) return [];
  if (gone.every(({ label }) => /InlineSnapshot\(|\bsnapshot\(/.test(label))) {
    return [{ rule: 'snapshot-rewritten', path, detail: `It rewrites what was recorded in the tests of ${path}: "${first.label}".` }];
  }
  const more = gone.length > 1 ? ` (and ${gone.length - 1} more)` : '';
  const what = { test: 'the test', assertion: 'the assertion', statement: 'the line' }[first.kind];
  return [weakened(path, `It removes or changes ${what} "${first.label}"${more}`)];
}

/** In a new file a test that is left out takes nothing away, but `only`, an early end and a changed assertion reach others. */
function addedFindings(path: string, then: TestShape | undefined, now: TestShape): IntegrityFinding[] {
  const reachesOthers = /only|process|^f|TestMain|collect_ignore| = $|expect\.extend/;
  return [...now.leftOut]
    .filter(([name, count]) => count > (then?.leftOut.get(name) ?? 0) && (then !== undefined || reachesOthers.test(name)))
    .map(([name]) =>
      / = $|extend$|\("/.test(name)
        ? { rule: 'test-weakened', path, detail: `It gives "${name.trim()}" another meaning in the tests of ${path}.` }
        : { rule: 'test-skipped', path, detail: `It adds "${name}" to the tests of ${path}.` },
    );
}

function weakened(path: string, what: string): IntegrityFinding {
  return { rule: 'test-weakened', path, detail: `${what} in the tests of ${path}.` };
}

/** What a conftest.py does to tests that do not ask for it: hooks, fixtures for all, patches, an early end. */
export function reachesAllTests(text: string): string | undefined {
  const found =
    /^[ \t]*(?:async )?def (pytest_\w+)|\b(autouse\s*=\s*True)|\b(collect_ignore\w*)|\b(sys\.exit|os\._exit|os\.abort)\b|\b(sys\.modules\[|builtins\.\w+\s*=|setattr\()|^(\w[\w.]*\.assert\w*\s*=)/m.exec(
      text.replace(/#.*$/gm, ''),
    );
  return found?.slice(1).find((part) => part !== undefined);
}
