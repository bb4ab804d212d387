import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFiles } from '../../../test/support/repository.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import { copyFolder } from './copy-layers.ts';

test('a file takes the place of a link that is there already, and nothing is written to where that leads', async () => {
  await using folder = await temporaryFolder();
  await using process = createProcessRunner();
  const [layer, checkout] = [join(folder.path, 'layer'), join(folder.path, 'checkout')];
  writeFiles(layer, { 'node_modules/.bin/run': 'layer' });
  writeFiles(folder.path, { theirs: 'theirs' });
  mkdirSync(join(checkout, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(folder.path, 'theirs'), join(checkout, 'node_modules/.bin/run'));
  await copyFolder({ process, path: '/usr/bin:/bin' }, `${layer}/.`, checkout, 'where-possible');
  expect(readFileSync(join(folder.path, 'theirs'), 'utf8')).toBe('theirs');
  expect(lstatSync(join(checkout, 'node_modules/.bin/run')).isFile()).toBe(true);
});
