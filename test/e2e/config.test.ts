import { chmod, mkdir, readdir, readFile, readlink, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { place } from '../support/place.ts';

let here: Awaited<ReturnType<typeof place>>;
let config: Awaited<ReturnType<typeof ownFolder>>;

beforeEach(async () => {
  here = await place();
  config = await ownFolder(here);
});
afterEach(async () => await here[Symbol.asyncDispose]());

/** A folder of configuration of its own, and what is said with it. */
async function ownFolder({ folder, miyabi }: Awaited<ReturnType<typeof place>>) {
  const path = join(folder, 'config', 'miyabi');
  await mkdir(path, { recursive: true });
  return {
    path,
    file: join(path, 'config.yaml'),
    say: async (...args: readonly string[]) => await miyabi(['config', ...args], { XDG_CONFIG_HOME: dirname(path) }),
  };
}

it('a value that is set is in the file, holds, and can be taken out again; comments and the mode of the file stay', async () => {
  await writeFile(config.file, '# mine\nworlds:\n  count: 3 # enough\n');
  await chmod(config.file, 0o640);
  expect(await config.say('get', 'worlds.count')).toMatchObject({ code: 0, stdout: '3' });
  const set = await config.say('set', 'worlds.count', '4', '--json');
  expect(set.lines).toEqual([
    {
      type: 'config.set',
      schemaVersion: 1,
      key: 'worlds.count',
      path: config.file,
      changed: true,
      before: 3,
      value: 4,
      holds: 'run',
      overriddenBy: null,
    },
  ]);
  expect(await readFile(config.file, 'utf8')).toBe('# mine\nworlds:\n  count: 4 # enough\n');
  expect((await stat(config.file)).mode & 0o777).toBe(0o640);
  expect((await config.say('get', 'worlds.count', '--json')).lines).toMatchObject([{ value: 4, source: 'user', origin: config.file }]);
  expect(await config.say('unset', 'worlds.count')).toMatchObject({ code: 0 });
  expect(await readFile(config.file, 'utf8')).toBe('# mine\n');
  expect(await config.say('get', 'worlds.count')).toMatchObject({ code: 0, stdout: '5' });
});

it('the file is made where there is none, for its owner alone; a link to one stays a link', async () => {
  expect(await config.say('set', 'log.level', 'warn')).toMatchObject({ code: 0 });
  expect((await stat(config.file)).mode & 0o777).toBe(0o600);
  const kept = join(here.folder, 'dotfiles.json');
  await writeFile(kept, '{\n\t"log": {\n\t\t"level": "warn"\n\t}\n}\n');
  await rm(config.file);
  await symlink(kept, join(config.path, 'config.json'));
  expect(await config.say('set', 'log.level', 'debug')).toMatchObject({ code: 0 });
  expect(await readlink(join(config.path, 'config.json'))).toBe(kept);
  expect(await readFile(kept, 'utf8')).toBe('{\n\t"log": {\n\t\t"level": "debug"\n\t}\n}\n');
});

it.each([
  ['an unknown key, with the one that was meant', ['worlds.cuont', '3'], 2, /Perhaps worlds\.count\?/],
  ['a wrong type', ['worlds.count', 'many'], 3, /expected number/],
  ['a value that is too large', ['worlds.count', '12'], 3, /<=9/],
  ['a password', ['database.url', 'postgres://ada:hunter2hunter2@db/x'], 2, /MIYABI_DATABASE_URL/],
  ['a key of a provider', ['checks.test', `TOKEN=ghp_${'a1'.repeat(18)} npm test`], 2, /environment variable/],
] as const)('%s is refused, and nothing is written', async (_, args, code, why) => {
  await writeFile(config.file, 'worlds:\n  count: 3\n');
  const end = await config.say('set', ...args);
  expect(end.code, end.stderr).toBe(code);
  expect(end.stderr).toMatch(why);
  expect(end.stderr).not.toMatch(/hunter2|ghp_/);
  expect(await readFile(config.file, 'utf8')).toBe('worlds:\n  count: 3\n');
});

it('a file that is a program is not changed; it is said what to write', async () => {
  await writeFile(join(config.path, 'config.ts'), 'export default { worlds: { count: 3 } };\n');
  const end = await config.say('set', 'worlds.count', '4');
  expect(end.code, end.stderr).toBe(3);
  expect(end.stderr).toContain('Write it there by hand: worlds: { count: 4 }');
  expect(await readFile(join(config.path, 'config.ts'), 'utf8')).toContain('count: 3');
});

it('a wrong file can be mended by setting what is wrong in it', async () => {
  await writeFile(config.file, 'worlds:\n  count: many\nlog:\n  level: warn\n');
  expect(await config.say('get', 'worlds.count')).toMatchObject({ code: 3 });
  expect(await config.say('set', 'log.level', 'debug')).toMatchObject({ code: 3 });
  expect(await config.say('set', 'worlds.count', '4')).toMatchObject({ code: 0 });
  expect(await config.say('get', 'worlds.count')).toMatchObject({ code: 0, stdout: '4' });
});

it('a file that cannot be read, and a second one, are named and leave nothing half done', async () => {
  await mkdir(config.file);
  expect(await config.say('get', 'worlds.count')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/config\.yaml cannot be read\.\s+The system says: EISDIR/),
  });
  expect(await config.say('set', 'worlds.count', '4')).toMatchObject({ code: 3, stderr: expect.stringContaining('EISDIR') });
  await rmdir(config.file);
  const other = join(config.path, 'config.json');
  await writeFile(config.file, 'worlds: { count: 3 }\n');
  await writeFile(other, '{"worlds":{"count":2}}');
  for (const args of [
    ['get', 'worlds.count'],
    ['set', 'worlds.count', '4'],
  ]) {
    const refused = await config.say(...args);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining(`There are ${other} and ${config.file}.`) });
  }
  expect(await readFile(other, 'utf8')).toBe('{"worlds":{"count":2}}');
});

it('keys that several commands set at once all stand there', async () => {
  const keys = ['worlds.count', 'worlds.parallel', 'limits.cpus', 'cleanup.keepRunsDays'];
  const ends = await Promise.all(keys.map((key) => config.say('set', key, '3')));
  expect(ends.map(({ code }) => code)).toEqual(keys.map(() => 0));
  for (const key of keys) expect(await config.say('get', key)).toMatchObject({ code: 0, stdout: '3' });
  expect(await readdir(config.path)).toEqual(['config.yaml']);
});

it('where a file cannot be written, it is said why', async () => {
  await rmdir(config.path);
  await writeFile(config.path, 'no folder');
  expect(await config.say('set', 'worlds.count', '4')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/config\.yaml cannot be written\.\s+The system says: /),
  });
});

it('a value over which the environment stands is written, and that is said', async () => {
  const env = { XDG_CONFIG_HOME: dirname(config.path), MIYABI_WORLDS_COUNT: '2' };
  const end = await here.miyabi(['config', 'set', 'worlds.count', '4'], env);
  expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('from the environment (MIYABI_WORLDS_COUNT)') });
});

it('the file of a repository takes what a repository may set, and nothing else', async () => {
  const file = join(here.project, 'miyabi.config.yaml');
  const repo = ['--repo', here.project] as const;
  const set = await config.say('set', 'checks.test', 'node --test', ...repo);
  expect(set).toMatchObject({ code: 0, stderr: expect.stringContaining('start from a commit that has it') });
  expect(await readFile(file, 'utf8')).toBe('checks:\n  test: node --test\n');
  const foreign = await config.say('set', 'isolation', 'none', ...repo);
  expect(foreign).toMatchObject({ code: 3, stderr: expect.stringContaining('a repository is foreign code') });
  const raised = await config.say('set', 'limits.processes', '100000', ...repo);
  expect(raised).toMatchObject({ code: 3, stderr: expect.stringContaining('may lower this limit but not raise it') });
  expect(await readFile(file, 'utf8')).toBe('checks:\n  test: node --test\n');
});

it('the schema of a file of configuration says of each key what it means, and from when on it holds', async () => {
  const { exitCode, stdout } = await here.startAny(['config', 'schema']);
  expect(exitCode).toBe(0);
  const schema = JSON.parse(stdout) as { properties: { worlds: { properties: Record<string, unknown> } } };
  expect(schema.properties.worlds.properties['parallel']).toMatchObject({ minimum: 0, maximum: 9, 'x-holds': 'now' });
});
