import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ForgedOffer, readProjectFiles, writeProjectFiles } from './project-files.ts';
import { createTrial } from './testing/harness.ts';

/** A project beside a folder with a file that is nobody's business. */
async function project() {
  const folder = await temporaryFolder();
  const directory = join(folder.path, 'tree');
  const outside = join(folder.path, 'outside');
  for (const path of [directory, join(directory, 'src'), join(directory, '.git'), outside]) mkdirSync(path);
  for (const path of [join(directory, 'src', 'a.js'), join(directory, '.git', 'config'), join(outside, 'key')])
    writeFileSync(path, 'as it was');
  return {
    directory,
    outside,
    key: () => readFileSync(join(outside, 'key'), 'utf8'),
    offer: (path: string, text = 'written') => {
      readProjectFiles(directory, [{ path, text }]);
      writeProjectFiles(directory, [{ path, text }]);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

describe('files that an offer would change', () => {
  test('a plain file of the project is read and written, its length included', async () => {
    await using it = await project();
    expect(readProjectFiles(it.directory, [{ path: 'src/a.js', text: 'x' }])).toEqual([{ path: 'src/a.js', text: 'as it was' }]);
    for (const text of ['ü'.repeat(100_000), 'short', '']) {
      it.offer('src/a.js', text);
      expect(readFileSync(join(it.directory, 'src', 'a.js'), 'utf8')).toBe(text);
    }
  });

  test.each([
    '../outside/key',
    'src/../../outside/key',
    '/etc/hostname',
    '',
    '.',
    'src/',
    './src/a.js',
    'src//a.js',
    'src',
    'src/a.js\0',
    'src/a.js/x',
    'src/new.js',
    '.git/config',
    '.GIT/config',
    'node_modules/x.js',
    `src/${'x'.repeat(300)}`,
  ])('the path %j is refused', async (path) => {
    await using it = await project();
    expect(() => it.offer(path)).toThrow(ForgedOffer);
    expect(it.key()).toBe('as it was');
    expect(readFileSync(join(it.directory, '.git', 'config'), 'utf8')).toBe('as it was');
    expect(existsSync(join(it.directory, 'src', 'new.js'))).toBe(false);
  });

  test('neither a link in the place of the file, nor one on the way, nor a second name of it is followed', async () => {
    await using it = await project();
    symlinkSync(join(it.outside, 'key'), join(it.directory, 'src', 'link.js'));
    symlinkSync(it.outside, join(it.directory, 'docs'));
    linkSync(join(it.outside, 'key'), join(it.directory, 'src', 'twin.js'));
    for (const path of ['src/link.js', 'docs/key', 'src/twin.js']) expect(() => it.offer(path)).toThrow(ForgedOffer);
    expect(it.key()).toBe('as it was');
  });

  test('a pipe keeps nobody waiting', async () => {
    await using it = await project();
    execFileSync('mkfifo', [join(it.directory, 'src', 'pipe.js')]);
    expect(() => it.offer('src/pipe.js')).toThrow(ForgedOffer);
  });

  test('too many files, and too long a text, are no change', async () => {
    await using it = await project();
    const many = Array.from({ length: 17 }, () => ({ path: 'src/a.js', text: '' }));
    expect(() => readProjectFiles(it.directory, many)).toThrow('17 files');
    expect(() => readProjectFiles(it.directory, [])).toThrow('0 files');
    expect(() => it.offer('src/a.js', 'x'.repeat(9 * 1024 * 1024))).toThrow('more than');
  });

  test('what becomes a link between the reading and the taking back is not written through', async () => {
    await using it = await project();
    const originals = readProjectFiles(it.directory, [{ path: 'src/a.js', text: 'x' }]);
    renameSync(join(it.directory, 'src'), join(it.directory, 'gone'));
    writeFileSync(join(it.outside, 'a.js'), 'as it was');
    symlinkSync(it.outside, join(it.directory, 'src'));
    expect(() => writeProjectFiles(it.directory, originals)).toThrow(ForgedOffer);
    expect(readFileSync(join(it.outside, 'a.js'), 'utf8')).toBe('as it was');
  });
});

describe('who speaks in the place of the search program', () => {
  const late = {
    'package.json': JSON.stringify({ name: 'sample', version: '1.0.0', type: 'module' }),
    'src/late.js': 'export const late = (due, today) => due - today;\n',
    'test/late.test.js': `import test from 'node:test';
import assert from 'node:assert/strict';
import { late } from '../src/late.js';
test('every day counts', () => assert.equal(late(10, 14), 4));
`,
  };

  test.each(['../outside/key', 'src/link.js', '.git/config'])(
    'and offers to change %j changes nothing, and its world fails with the reason',
    async (path) => {
      await using trial = createTrial('node:test', late);
      const outside = join(trial.directory, '..', 'outside');
      mkdirSync(outside);
      mkdirSync(join(trial.directory, '.git'));
      for (const file of [join(outside, 'key'), join(trial.directory, '.git', 'config')]) writeFileSync(file, 'as it was');
      symlinkSync(join(outside, 'key'), join(trial.directory, 'src', 'link.js'));
      const patch = { files: [{ path, text: 'forged' }], places: [], rules: ['x'], fixed: ['x'], complete: true, rank: 1 };
      const speaker = join(outside, 'speaker');
      writeFileSync(speaker, `#!/bin/sh\necho '${JSON.stringify({ type: 'plausible', patch })}'\nexec sleep 300\n`, { mode: 0o755 });
      const report = await trial.run({ nodeBinary: speaker });
      expect(report.end).toMatchObject({ kind: 'failed', reason: expect.stringContaining('spoke in the place of the search program') });
      expect(readFileSync(join(outside, 'key'), 'utf8')).toBe('as it was');
      expect(readFileSync(join(trial.directory, '.git', 'config'), 'utf8')).toBe('as it was');
      expect(trial.read('src/late.js')).toBe(late['src/late.js']);
    },
  );

  test('and offers a change of the project is believed only as far as the tests pass with it', async () => {
    await using trial = createTrial('node:test', late);
    const speaker = join(trial.directory, '..', 'speaker');
    const files = [{ path: 'src/late.js', text: 'export const late = () => 3;\n' }];
    const patch = { files, places: [], rules: ['x'], fixed: ['x'], complete: true, rank: 1 };
    writeFileSync(speaker, `#!/bin/sh\necho '${JSON.stringify({ type: 'plausible', patch })}'\n`, { mode: 0o755 });
    expect((await trial.run({ nodeBinary: speaker })).end.kind).not.toBe('finished');
    expect(trial.read('src/late.js')).toBe(late['src/late.js']);
  });
});
