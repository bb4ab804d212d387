import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunReport, WorldReport } from '../../src/operations/report.ts';
import { git, makeProject, miyabi, smallProject, startMiyabi } from './miyabi.ts';
import type { CommandEnd } from './miyabi.ts';
import { temporaryFolder } from './temporary.ts';

/**
 * A project and a state folder of its own, gone at the end of the test.
 * @param own for every command; `withoutWalls` for worlds that the test talks to through files outside of them.
 */
export async function place(files: Readonly<Record<string, string>> = smallProject, own: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), files);
  const options = { cwd: project, state: join(folder.path, 'state'), env: own };
  return {
    folder: folder.path,
    project,
    state: options.state,
    /** `miyabi run` on the project with what the worlds do, as a script for each of them, in JSON. */
    run: async (issue: string, worlds: Readonly<Record<string, string>>, more: RunSettings = {}) =>
      await miyabi(
        [
          'run',
          issue,
          '--worlds',
          String(Object.keys(worlds).length),
          '--agent',
          scripted(worlds),
          ...(more.lines ? [] : ['--json']),
          ...(more.args ?? []),
        ],
        { ...options, env: { ...own, ...more.env } },
      ),
    miyabi: async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      await miyabi(args, { ...options, env: { ...own, ...env } }),
    /** The same while it goes on, for whoever wants to watch it. */
    start: (issue: string, worlds: Readonly<Record<string, string>>, args: readonly string[] = []) =>
      startMiyabi(['run', issue, '--worlds', String(Object.keys(worlds).length), '--agent', scripted(worlds), '--json', ...args], options),
    /** Any command while it goes on. */
    startAny: (args: readonly string[]) => startMiyabi(args, options),
    /** Paths of all files below the state folder's place for worlds. */
    worldsLeft: async () => await readdir(join(options.state, 'worlds')).catch(() => []),
    /** Our mirror of the project. */
    mirror: async () => join(options.state, 'mirrors', (await readdir(join(options.state, 'mirrors')))[0] ?? 'none'),
    read: async (path: string) => await readFile(join(project, path), 'utf8'),
    git: async (...args: readonly string[]) => await git(project, ...args),
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  };
}

interface RunSettings {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Without `--json`. */
  readonly lines?: boolean;
}

/** A command in which each world does something else. */
function scripted(worlds: Readonly<Record<string, string>>): string {
  const cases = Object.entries(worlds).map(([world, script]) => `${world})\n${script}\n;;`);
  return `command:case $MIYABI_WORLD in\n${cases.join('\n')}\nesac`;
}

/** Mends the small project; the same as a part of a longer script. */
export const mend = `sed -i.bak 's/a - b/a + b/' src/add.js; rm -f src/add.js.bak`;

/** A statement of JavaScript that never ends and lets nothing else in its thread go on; unlike a loop it keeps no processor busy meanwhile. */
export const hang = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';

/** The last line of a run in JSON, after checking that standard output holds nothing but objects, one a line, and no error has a stack. */
export function reportOf(end: CommandEnd): RunReport {
  const lines = end.stdout.trim().split('\n');
  for (const line of lines) expect(JSON.parse(line), line).toEqual(expect.objectContaining({ type: expect.any(String) }));
  expect(noStack(end.stderr)).toBe(true);
  const last = JSON.parse(lines.at(-1) ?? '') as RunReport;
  expect(last, end.stderr).toMatchObject({ type: 'run.finished', schemaVersion: 1 });
  return last;
}

/** Whether a text is free of stack traces. */
export function noStack(text: string): boolean {
  return !/^\s+at .*[:(].*:\d+/m.test(text) && !text.includes('Miyabi itself went wrong');
}

export function worldOf(report: RunReport, name: string): WorldReport {
  const world = report.tasks[0]?.worlds.find((one) => one.world === name);
  if (world === undefined) throw new Error(`there is no world ${name} in ${JSON.stringify(report)}`);
  return world;
}

// Control characters but tab, newline; the byte order mark and direction overrides.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\ufeff]/u;

/** Whether a text can be printed to a terminal without being obeyed. */
export function isPrintable(text: string): boolean {
  return !unprintable.test(text);
}
