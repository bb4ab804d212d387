import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import { createPrograms } from './programs.ts';
import type { ProgramsOptions } from './programs.ts';
import { readableFor } from './readable-for.ts';

let top: string;
const runner = createProcessRunner();

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'miyabi programs ')));
});
afterAll(async () => await runner[Symbol.asyncDispose]());
afterEach(async () => {
  await rm(top, { recursive: true, force: true });
});

async function program(path: string, text: string): Promise<string> {
  const file = join(top, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

function programs(more: Partial<ProgramsOptions> = {}) {
  return createPrograms({
    process: runner,
    path: `${top}/bin:/usr/bin:/bin`,
    home: `${top}/home`,
    nodePath: process.execPath,
    configured: {},
    ...more,
  });
}

async function failureOf(found: Promise<unknown>): Promise<Failure> {
  const failure = await found.catch((error: unknown) => error);
  if (failure instanceof Failure) return failure;
  throw new Error('It did not fail as it should.', { cause: failure });
}

test('a program that npm has installed is started by our Node, and shown with everything that lies around it', async () => {
  const script = await program(
    'prefix/lib/node_modules/@openai/codex/bin/codex.js',
    `#!/usr/bin/env node\nconsole.log('codex-cli 0.169.0')`,
  );
  await mkdir(join(top, 'bin'));
  await symlink(script, join(top, 'bin/codex'));
  expect(await programs().find('codex')).toEqual({
    path: script,
    command: [process.execPath, script],
    version: '0.169.0',
    readable: [join(top, 'prefix/lib/node_modules')],
  });
});

test('any other program is started by itself, and shown with its folder', async () => {
  const file = await program('tools/claude', '#!/bin/sh\necho "2.1.329 (Claude Code)"');
  const found = await programs({ configured: { 'claude-code': file } }).find('claude-code');
  expect(found).toEqual({ path: file, command: [file], version: '2.1.329', readable: [join(top, 'tools')] });
});

test('what is not there is not found, and how to get it is known', async () => {
  const none = programs({ path: `${top}/bin` });
  expect(await none.find('gemini')).toBeUndefined();
  expect(none.howToGet('gemini')).toContain('npm install -g @google/gemini-cli');
});

test('a program of a project is not taken for the one of the user', async () => {
  await program('project/node_modules/.bin/codex', '#!/bin/sh\necho 0.169.0');
  expect(await programs({ path: `${top}/project/node_modules/.bin` }).find('codex')).toBeUndefined();
});

test('one that is too old says what is needed', async () => {
  await program('bin/codex', '#!/bin/sh\necho codex-cli 0.20.0');
  const { text, facts } = await failureOf(programs().find('codex'));
  expect(text.why).toBe(`${top}/bin/codex is version 0.20.0, and 0.100.0 or newer is needed.`);
  expect(facts).toMatchObject({ fault: 'too-old' });
});

test('one that tells no version is shown with what it said instead', async () => {
  await program('bin/codex', '#!/bin/sh\necho broken >&2; exit 1');
  const { text, facts } = await failureOf(programs().find('codex'));
  expect(text.why).toBe('It said: broken');
  expect(facts).toEqual({ fault: 'not-installed' });
});

test.each(['/nowhere/codex', 'bin/codex'])('a configured path that leads nowhere is told: %s', async (path) => {
  const { text } = await failureOf(programs({ configured: { codex: path } }).find('codex'));
  expect(text.what).toContain('not where your configuration says');
});

test('the version is asked once for each file, and again when the file is another', async () => {
  const file = await program('bin/codex', `#!/bin/sh\necho x >> '${top}/asked'; echo 0.$(wc -l < '${top}/asked' | tr -d ' ')00.0`);
  const found = programs();
  expect((await found.find('codex'))?.version).toBe('0.100.0');
  expect((await found.find('codex'))?.version).toBe('0.100.0');
  await utimes(file, 1, 1);
  expect((await found.find('codex'))?.version).toBe('0.200.0');
});

test('it sees nothing of the user, and leaves nothing behind', async () => {
  await program(
    'bin/codex',
    '#!/bin/sh\ntouch "$HOME/trace" && env > "$(dirname "$0")/../environment"; echo 0.169.0; echo "$HOME" > "$(dirname "$0")/../home-was"',
  );
  await programs().find('codex');
  const home = (await readFile(join(top, 'home-was'), 'utf8')).trim();
  expect(home).not.toBe(join(top, 'home'));
  await expect(readdir(home)).rejects.toThrow('ENOENT');
  expect(await readFile(join(top, 'environment'), 'utf8')).not.toMatch(/KEY|TOKEN|SECRET/);
});

test.each([
  ['/home/ada/.local/bin/claude', '/home/ada/.local/bin'],
  ['/home/ada/claude', '/home/ada/claude'],
  ['/tmp/claude', '/tmp/claude'],
  ['/claude', '/claude'],
  ['/home/bob/claude', '/home/bob/claude'],
  ['/home/ada/.pnpm/5/node_modules/.pnpm/x@1/node_modules/x/bin/x', '/home/ada/.pnpm/5/node_modules'],
])('%s is shown by %s', (path, shown) => {
  expect(readableFor(path, '/home/ada', false)).toEqual([shown]);
});
