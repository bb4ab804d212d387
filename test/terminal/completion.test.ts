import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileCache } from '../support/compile-cache.ts';
import { launcher } from '../support/launcher.ts';
import { untestedProject, withoutWalls } from '../support/miyabi.ts';
import { place } from '../support/place.ts';
import { openPty } from '../support/pty.ts';

let here: Awaited<ReturnType<typeof place>>;
let run: string;

beforeAll(async () => {
  here = await place(untestedProject, withoutWalls);
  await here.run('add() is wrong', { alpha: 'true' }, { args: ['--yes', '--isolation', 'none'] });
  run = (JSON.parse((await here.miyabi(['status', '--json'])).stdout) as { runs: [{ run: string }] }).runs[0].run;
  await mkdir(join(here.folder, 'bin'));
  const program = join(here.folder, 'bin/miyabi');
  await writeFile(program, `#!/bin/sh\nexec ${process.execPath} ${launcher} --state ${here.state} "$@"\n`);
  await chmod(program, 0o755);
  // A prompt of zsh that has no files of its own would first ask whether it should make some.
  await writeFile(join(here.folder, '.zshrc'), '');
});
afterAll(async () => await here[Symbol.asyncDispose]());

function environment(): Record<string, string> {
  const path = `${join(here.folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  return { PATH: path, HOME: here.folder, ZDOTDIR: here.folder, TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: '$ ', ...compileCache };
}

async function isThere(shell: string): Promise<boolean> {
  return (await execa(shell, ['-c', 'true'], { reject: false })).exitCode === 0;
}

const shells = {
  bash: { args: ['--norc', '--noprofile', '-i'], set: 'source <(miyabi completion bash)' },
  zsh: { args: ['-f', '-i'], set: 'autoload -U compinit; compinit -u; source <(miyabi completion zsh)' },
} as const;

describe.each(Object.keys(shells) as (keyof typeof shells)[])('%s', (name) => {
  it('completes commands, their choices and the ids of runs', async (context) => {
    if (!(await isThere(name))) return context.skip(`${name} is not installed`);
    const { args, set } = shells[name];
    await using terminal = openPty(name, args, { cwd: here.project, columns: 160, env: environment() });
    terminal.type(`${set}; echo re""ady\r`);
    await terminal.until(/^ready/m);
    terminal.type('miyabi statu\t');
    await terminal.until(/miyabi status/);
    terminal.type(`${run.slice(0, 7)}\t`);
    await terminal.until(new RegExp(`miyabi status ${run}`));
    terminal.type('\u0015miyabi run --isolation bub\t');
    await terminal.until(/--isolation bubblewrap/);
    terminal.type('\u0015exit\r');
    await terminal.ended;
  });
});

it('fish completes commands with what they do, and the ids of runs with their titles', async (context) => {
  if (!(await isThere('fish'))) return context.skip('fish is not installed');
  const ask = async (line: string): Promise<string> => {
    const script = `miyabi completion fish | source; complete -C "${line}"`;
    return (await execa('fish', ['--no-config', '-c', script], { env: environment(), extendEnv: false, cwd: here.project })).stdout;
  };
  expect(await ask('miyabi stat')).toMatch(/^status\tthe newest runs/m);
  expect(await ask('miyabi explain ')).toMatch(new RegExp(`^last[\\s\\S]*^${run}\tadd\\(\\) is wrong`, 'm'));
});

it('worlds and examples are completed, and the records are not opened for them', async () => {
  const ask = async (...words: string[]): Promise<string> =>
    (await here.miyabi(['--state', '/nowhere', 'complete', '--', ...words])).stdout;
  expect(await ask('approve', '--world', 'al')).toMatch(/^alpha\t/);
  expect(await ask('demo', 'par')).toMatch(/^parcel-rates\t/);
  expect(await ask('config', 'set', 'worlds.c')).toMatch(/^worlds\.count\t/);
  expect(await ask('status', '')).not.toMatch(/run_/);
});
