import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ownEditors } from './own-editors.ts';

it('opens a path with the arguments of the person, and never reads it as a command', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a $(touch stolen) `b`; c.txt');
  await writeFile(path, 'before');
  const editors = ownEditors(process.env);
  expect(await editors.open(`sh -c 'printf "%s" "$1 $2" > "$2"' editor --flag`, path)).toEqual({ kind: 'closed' });
  expect(await readFile(path, 'utf8')).toBe(`--flag ${path}`);
});

it('tells an editor that ends with an error from one that is not there', async () => {
  const editors = ownEditors(process.env);
  expect(await editors.open('exit 3; true', '/tmp')).toEqual({ kind: 'failed', code: 3 });
  expect(await editors.open('no-such-editor-anywhere', '/tmp')).toMatchObject({ kind: 'not-started' });
});

it('finds programs on the PATH, and reads the list of extensions where there is one', async () => {
  await using folder = await temporaryFolder();
  const editors = ownEditors({ PATH: folder.path });
  expect(await editors.isThere('code')).toBe(false);
  expect(await editors.extensions()).toEqual([]);
  const code = join(folder.path, 'code');
  await writeFile(code, '#!/bin/sh\n[ "$1" = --list-extensions ] && echo saoudrizwan.claude-dev\n');
  await chmod(code, 0o755);
  expect(await editors.isThere('code')).toBe(true);
  expect(await editors.extensions()).toContain('saoudrizwan.claude-dev');
});
