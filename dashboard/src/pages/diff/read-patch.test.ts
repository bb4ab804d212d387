import { expect, it } from 'vitest';
import { readPatch, withoutLines } from './read-patch.ts';

const file = {
  path: 'a "quoted"\nname.ts',
  from: null,
  status: 'modified',
  kind: 'file',
  addedLines: 1,
  removedLines: 1,
  binary: false,
  folded: null,
  contents: '1..2',
} as const;

it('reads the lines of a file under the name that the list gives it', () => {
  const patch =
    'diff --git "a/a \\"quoted\\"\\nname.ts" "b/x"\nindex 1..2 100644\n--- "a/x"\n+++ "b/x"\n@@ -1,2 +1,2 @@ top\n one\r\n-two\n+three\n\\ No newline at end of file\n';
  expect(readPatch(file, patch)).not.toHaveProperty('prevName');
  expect(readPatch(file, patch)).toMatchObject({
    name: file.path,
    type: 'change',
    lang: 'typescript',
    deletionLines: ['one\r\n', 'two\n'],
    additionLines: ['one\r\n', 'three'],
    hunks: [{ deletionStart: 1, additionStart: 1, noEOFCRAdditions: true }],
  });
});

it('shows a file without lines where there are none', () => {
  expect(readPatch({ ...file, status: 'mode' }, 'diff --git a/x b/x\nold mode 100644\nnew mode 100755\n')).toMatchObject(
    withoutLines({ ...file, status: 'mode' }),
  );
});

it('tells a file that was only moved from one that was changed too', () => {
  const moved = { ...file, status: 'renamed', from: 'old.ts' } as const;
  expect(withoutLines({ ...moved, addedLines: 0, removedLines: 0 })).toMatchObject({ type: 'rename-pure', prevName: 'old.ts' });
  expect(withoutLines(moved).type).toBe('rename-changed');
});
