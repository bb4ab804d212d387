import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { watchFiles } from './watch-folder.ts';

/** Counts what is heard; `next` resolves with the next one. */
function hearing() {
  let resolve: () => void = () => undefined;
  let next = Promise.resolve();
  const again = (): void => {
    next = new Promise((done) => (resolve = done));
  };
  again();
  return { changed: () => resolve(), next: async () => await next.then(again) };
}

it('hears of a file that is made, changed, put in place of another, and removed', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'config.yaml');
  const { changed, next } = hearing();
  using _watching = watchFiles(folder.path, ['config.yaml'], changed);
  await writeFile(file, 'a');
  await next();
  await writeFile(file, 'b');
  await next();
  await writeFile(`${file}.new`, 'c');
  await rename(`${file}.new`, file);
  await next();
  await rm(file);
  await next();
});

it('hears of a file in a folder that was not there when it began', { timeout: 20_000 }, async () => {
  await using folder = await temporaryFolder();
  const { changed, next } = hearing();
  using _watching = watchFiles(join(folder.path, 'later'), ['config.yaml'], changed);
  await mkdir(join(folder.path, 'later'));
  await writeFile(join(folder.path, 'later', 'config.yaml'), 'a');
  await next();
});

it('says nothing of other files', async () => {
  await using folder = await temporaryFolder();
  const heard: string[] = [];
  let done: () => void = () => undefined;
  const ours = new Promise<void>((resolve) => (done = resolve));
  using _other = watchFiles(folder.path, ['other'], () => void heard.push('other'));
  using _ours = watchFiles(folder.path, ['ours'], done);
  await writeFile(join(folder.path, 'ours'), 'a');
  await ours;
  expect(heard).toEqual([]);
});
