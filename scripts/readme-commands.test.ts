import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { usersEnvironment } from '../test/support/miyabi.ts';
import { projectRoot, runProgram, type Ended } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** The Node that newcomers may still have: what it lacks Miyabi brings along. */
const oldNode = 20;

test(
  'the two commands of the README work in a new clone, with an empty cache of npm and the Node of the system',
  { tags: ['campaign'], timeout: 1_800_000 },
  async (context) => {
    const readme = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
    const commands = [...readme.matchAll(/^ {4}npm (start|test)$/gm)].map(([, name]) => name);
    expect(commands).toEqual(['start', 'test']);
    const system = systemNode();
    context.skip(system === undefined, `not run here: there is no Node ${oldNode} outside of this checkout`);
    context.skip(!existsSync(path.join(projectRoot, '.git')), 'not run here: this is no clone');

    const folder = temporaryFolder();
    const clone = path.join(folder, 'miyabi-worlds');
    expect(await runProgram('git', ['clone', '--quiet', projectRoot, clone], { cwd: folder })).toMatchObject({ code: 0 });
    const environment = newcomer(folder, system ?? '');
    const npm = (...args: readonly string[]): Promise<Ended> => runProgram('npm', args, { cwd: clone, env: environment });

    const started = await npm('start');
    const unreachable = /could not reach the package registry/.test(started.stderr);
    context.skip(unreachable, 'not run here: the package registry cannot be reached');
    expect(started, started.stdout + started.stderr).toMatchObject({ code: 0 });
    expect(started.stderr).toContain('Bringing along Node 24');
    const branch = /miyabi\/[\w-]+/.exec(started.stdout)?.[0] ?? '';
    const project = /cd (\/\S+)/.exec(started.stdout)?.[1] ?? '';
    const shown = await runProgram('git', ['log', '--oneline', `HEAD..${branch}`], { cwd: project });
    expect(shown.stdout.trim().split('\n'), started.stdout).toHaveLength(1);

    // All of them would begin this test once more.
    const tested = await npm('test', '--', 'src/domain/transition.test.ts');
    expect(tested, tested.stdout + tested.stderr).toMatchObject({ code: 0 });
    expect(tested.stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    expect(readdirSync(path.join(folder, 'cache'))).toContain('_cacache');
  },
);

/** The folder of the first Node of that version which is no part of this checkout. */
function systemNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => !each.includes('node_modules'));
  return folders.find((each) => {
    const { stdout } = spawnSync(path.join(each, 'node'), ['--version'], { encoding: 'utf8' });
    return typeof stdout === 'string' && stdout.startsWith(`v${oldNode}.`);
  });
}

/** Where packages come from may be said by settings of the user and of the system, which stay; what was fetched before does not. */
function newcomer(folder: string, node: string): NodeJS.ProcessEnv {
  const places = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => !each.includes('node_modules'));
  for (const name of ['cache', 'tmp', 'state', 'config']) mkdirSync(path.join(folder, name));
  return {
    ...usersEnvironment(),
    PATH: [node, ...places].join(path.delimiter),
    npm_config_cache: path.join(folder, 'cache'),
    TMPDIR: path.join(folder, 'tmp'),
    XDG_STATE_HOME: path.join(folder, 'state'),
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    XDG_CACHE_HOME: path.join(folder, 'config'),
    NO_COLOR: '1',
  };
}
