import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { launcher } from './launcher.ts';

/** How a call of the real command line ended. */
export interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON, one object a line, where it is that. */
  readonly lines: readonly Record<string, unknown>[];
}

export interface MiyabiOptions {
  readonly cwd: string;
  readonly state: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another launcher than the one that tests start. */
  readonly launcher?: string;
}

/** The environment of a Miyabi whose worlds are only bounded, as where there is no sandbox. */
export const withoutWalls = { MIYABI_ISOLATION: 'none' } as const;

/** For a service whose log is read as people read it at a terminal. */
export function inSentences(options: MiyabiOptions): MiyabiOptions {
  return { ...options, env: { MIYABI_LOG_FORMAT: 'pretty', ...options.env } };
}

/** Starts `miyabi` as a user would, with its own state folder and nothing of this shell's Miyabi settings. */
export function startMiyabi(args: readonly string[], options: MiyabiOptions) {
  return execa(process.execPath, [options.launcher ?? launcher, '--state', options.state, ...args], {
    cwd: options.cwd,
    env: { ...usersEnvironment(), XDG_CONFIG_HOME: options.state, XDG_STATE_HOME: options.state, ...options.env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    // Whoever tells a service to end wants to see how it does: a busy machine takes longer for it than the five seconds after which it would be killed.
    forceKillAfterDelay: 60_000,
  });
}

/** This shell's environment without what would reach into Miyabi or its programs: settings of ours, of npm's scripts and of the test runner. */
export function usersEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(MIYABI_|npm_(?!config_)|VITEST|NODE_OPTIONS$|NODE_ENV$|TEST$|CI$)/.test(name),
  );
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

export async function miyabi(args: readonly string[], options: MiyabiOptions): Promise<CommandEnd> {
  return await endOfCommand(startMiyabi(args, options));
}

/** How a command that was started ends. */
export async function endOfCommand(started: ReturnType<typeof startMiyabi>): Promise<CommandEnd> {
  const { exitCode, stdout, stderr } = await started;
  return { code: exitCode ?? -1, stdout, stderr, lines: jsonLines(stdout) };
}

function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A repository with one commit of these files. Names may hold anything a file name may. */
export async function makeProject(directory: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(directory, { recursive: true });
  await git(directory, 'init', '--quiet', '--initial-branch=main');
  await appendFile(join(directory, '.git/config'), '[user]\n\tname = Ada\n\temail = ada@example.com\n');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--message', 'first');
  return directory;
}

/** Runs git in a repository of a test's own. @returns what it printed. */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execa('git', args, { cwd: directory, env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' } });
  return stdout;
}

/** A small project with node:test whose function `add` is wrong, and a test that shows it. */
export const smallProject: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify({ name: 'small', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }, undefined, 2)}\n`,
  'src/add.js': 'export function add(a, b) {\n  return a - b;\n}\n\nexport function twice(a) {\n  return a * 2;\n}\n',
  'test/add.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, twice } from '../src/add.js';

test('adds', () => {
  assert.equal(add(2, 3), 5);
});

test('adds nothing', () => {
  assert.equal(add(7, 0), 7);
});

test('doubles', () => {
  assert.equal(twice(4), 8);
});
`,
};

/** Runs its tests as its own script does, without npm, which would be half of what each run of them costs. */
export const testsWithoutNpm = { MIYABI_CHECKS_TEST: 'node --test' } as const;

/** The same without anything that could be run: for what is not about tests, as most of what a run costs is running them. It needs `--yes`. */
export const untestedProject: Readonly<Record<string, string>> = { 'README.md': 'small\n', 'src/add.js': smallProject['src/add.js']! };

/** A command for the agent `command` that mends {@link smallProject}. */
export const mendingCommand = `command:sed -i.bak 's/a - b/a + b/' src/add.js && rm -f src/add.js.bak`;
