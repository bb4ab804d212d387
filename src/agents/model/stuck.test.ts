import { expect, test } from 'vitest';
import { watchForLoops } from './stuck.ts';

/** What is said at the end of turns that each come to one result. */
function afterTurns(results: ReadonlyArray<{ readonly text: string; readonly changed?: string }>): readonly string[] {
  const watch = watchForLoops(3);
  return results.map((result) => {
    watch.answered(result);
    return watch.turned().kind;
  });
}

test('a change is progress, also where its answer was there before', () => {
  const edits = Array.from({ length: 20 }, () => ({ text: 'Replaced.', changed: 'a.ts' }));
  expect(afterTurns(edits)).not.toContain('end');
});

test('an answer that differs by its numbers alone is nothing new', () => {
  const looks = Array.from({ length: 17 }, (_, turn) => ({ text: `3 tests failed after ${turn} ms` }));
  expect(afterTurns(looks)).toEqual([...Array.from({ length: 12 }, () => 'go-on'), 'remark', 'go-on', 'go-on', 'go-on', 'end']);
});

test('a call counts as the same by its tool and its whole input, and only in a row', () => {
  const watch = watchForLoops(3);
  const kinds = [
    watch.called('read', { path: 'a' }),
    watch.called('read', { path: 'a' }),
    watch.called('search', { path: 'a' }),
    watch.called('read', { path: 'a' }),
    watch.called('read', { path: 'a' }),
    watch.called('read', { path: 'a' }),
  ].map(({ kind }) => kind);
  expect(kinds).toEqual(['go-on', 'remark', 'go-on', 'go-on', 'remark', 'end']);
});
