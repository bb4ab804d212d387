import { expect, it } from 'vitest';
import { isOther } from './use-frozen.ts';

it('there are new changes where a file has come, gone or changed, and none where only the list was read again', () => {
  const one = { path: 'src/app.ts', contents: 'a1' };
  const other = { path: 'src/more.ts', contents: 'b1' };
  expect(isOther({ files: [one, other] }, { files: [{ ...one }, { ...other }] })).toBe(false);
  expect(isOther({ files: [one] }, { files: [one, other] })).toBe(true);
  expect(isOther({ files: [one, other] }, { files: [other] })).toBe(true);
  expect(isOther({ files: [one] }, { files: [{ ...one, contents: 'a2' }] })).toBe(true);
});
