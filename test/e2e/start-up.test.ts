import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { publishedLauncher } from '../support/launcher.ts';
import { miyabi, untestedProject, withoutWalls } from '../support/miyabi.ts';
import { place } from '../support/place.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What works on repositories and in worlds: most of the program. */
const works = /\/(?:evaluation|worlds|agents|adapters\/(?:git|workspace|programs))\/|\/workflow\/handlers\./;

/** A module that writes down the address of each module that is loaded. */
async function hookThatLists(folder: string, list: string): Promise<string> {
  const hook = join(folder, 'hook.mjs');
  await writeFile(
    hook,
    `import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => (appendFileSync(${JSON.stringify(list)}, url + '\\n'), next(url, context)) });
`,
  );
  return hook;
}

it.each([
  ['--help', [works, /\/adapters\/store\//, /\/node_modules\/(?:zod|kysely)\//]],
  ['status', [works]],
] as const)('`miyabi %s` loads nothing of what it does not need', async (command, unneeded) => {
  await using folder = await temporaryFolder();
  const list = join(folder.path, 'loaded');
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(await hookThatLists(folder.path, list)).href}` };
  const options = { cwd: folder.path, state: join(folder.path, 'state'), env, launcher: publishedLauncher };
  expect(await miyabi([command], options)).toMatchObject({ code: 0 });
  const loaded = (await readFile(list, 'utf8')).trim().split('\n');
  expect(loaded).toContainEqual(expect.stringMatching(/\/cli\/command-line\.[jt]s$/));
  expect(loaded.filter((url) => unneeded.some((pattern) => pattern.test(url)))).toEqual([]);
});

it(
  '`miyabi status` reads its list with one statement, and loads no library; what it tells is what the whole program tells',
  { tags: ['campaign'] },
  async () => {
    await using here = await place(untestedProject, withoutWalls);
    await here.run('add() is wrong', { alpha: 'true' }, { args: ['--yes', '--isolation', 'none'] });
    await here.run('twice() is wrong', { alpha: 'true' }, { args: ['--yes', '--isolation', 'none'] });
    const list = join(here.folder, 'loaded');
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(await hookThatLists(here.folder, list)).href}` };
    const options = { cwd: here.project, state: here.state, launcher: publishedLauncher };
    const quick = await miyabi(['status', '--json'], { ...options, env });
    expect(quick).toMatchObject({ code: 0, stderr: '', lines: [{ runs: [{ title: 'twice() is wrong' }, { title: 'add() is wrong' }] }] });
    const loaded = (await readFile(list, 'utf8')).trim().split('\n');
    expect(loaded.filter((url) => /\/node_modules\/(?!\.cache)|command-line/.test(url))).toEqual([]);
    expect(loaded.length).toBeLessThan(30);
    const whole = await miyabi(['status', '--json', '--no-input'], options);
    expect(whole.stdout).toBe(quick.stdout);
    const lines = await miyabi(['status'], options);
    expect(lines.stdout).toBe((await miyabi(['status', '--no-input'], options)).stdout);
  },
);
