import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { isSecretSet } from './is-secret-set.ts';

it('a secret is set where there is something: in a variable, or in a file', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'key'), 'abc');
  writeFileSync(join(folder.path, 'empty'), '');
  mkdirSync(join(folder.path, 'folder'));
  const environment = { HOME: folder.path, TOKEN: 'abc', BLANK: ' ' };
  const isSet = (kind: 'variable' | 'file', name: string): boolean => isSecretSet({ kind, name }, environment);
  expect(['TOKEN', 'BLANK', 'OTHER'].map((name) => isSet('variable', name))).toEqual([true, false, false]);
  const files = ['key', 'empty', 'folder', 'other', 'key/below'];
  expect(files.map((name) => isSet('file', join(folder.path, name)))).toEqual([true, false, false, false, false]);
  expect(isSet('file', '~/key')).toBe(true);
});
