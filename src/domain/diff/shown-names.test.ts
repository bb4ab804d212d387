import { expect, it } from 'vitest';
import { redactor } from '../redact.ts';
import { shownNames } from './shown-names.ts';

const redact = redactor(['correct-horse-battery', 'another-long-secret']);

it('tells the names of files as they are', () => {
  expect(shownNames([{ path: 'a.ts' }, { path: 'b.ts', from: 'c.ts' }], redact)).toEqual([
    { path: 'a.ts' },
    { path: 'b.ts', from: 'c.ts' },
  ]);
});

it('takes secrets out of them, and tells those apart that are alike then', () => {
  const files = [{ path: 'src/correct-horse-battery.txt' }, { path: 'src/another-long-secret.txt', from: 'correct-horse-battery' }];
  expect(shownNames(files, redact)).toEqual([
    { path: 'src/[secret removed].txt' },
    { path: 'src/[secret removed].txt (2)', from: '[secret removed]' },
  ]);
});
