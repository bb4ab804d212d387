import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallProject } from '../support/miyabi.ts';
import { place } from '../support/place.ts';
import { miyabiInPty } from '../support/pty.ts';

const name = 'miyabi.config.yaml';
let here: Awaited<ReturnType<typeof place>>;

beforeAll(async () => {
  here = await place({
    ...smallProject,
    'conductor.json': '{"scripts": {"setup": "npm ci", "run": "npm start"}}',
    '.aider.conf.yml': 'lint-cmd: npm run lint\nmodel: gpt-5\n',
  });
});
afterAll(async () => await here[Symbol.asyncDispose]());

/** What `miyabi config explain` makes of what is committed, of keys that the repository sets. */
async function explained() {
  const { code, lines } = await here.miyabi(['config', 'explain', '--json']);
  const keys = (lines[0]?.['keys'] ?? []) as readonly { readonly key: string; readonly value: unknown; readonly source: string }[];
  return { code, set: Object.fromEntries(keys.filter(({ source }) => source === 'repository').map(({ key, value }) => [key, value])) };
}

it('a project gets a configuration that says where each value is from, and that holds', { tags: ['campaign'] }, async () => {
  const shown = await here.miyabi(['init', '--dry-run', '--worlds', '3']);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toContain('  # from conductor.json, scripts.setup\n  setup: "npm ci"\n');
  expect(shown.stdout).toContain('  # from .aider.conf.yml, lint-cmd\n  lint: "npm run lint"');
  expect(shown.stderr).toMatch(/Found a project of npm[\s\S]*not taken: .*model is yours to set/);
  await expect(here.read(name)).rejects.toThrow('ENOENT');
  const written = await here.miyabi(['init', '--yes', '--worlds', '3']);
  expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining(`${name} is written.`) });
  expect(await here.read(name)).toBe(`${shown.stdout}\n`);
  await here.git('add', name);
  await here.git('commit', '--quiet', '--message', 'configured');
  expect(await explained()).toEqual({
    code: 0,
    set: { 'worlds.count': 3, 'worlds.setup': 'npm ci', 'checks.lint': 'npm run lint' },
  });
});

it('what is there is not overwritten unasked, also where it is not committed, and with --force it is', { tags: ['campaign'] }, async () => {
  const path = join(here.project, name);
  await writeFile(path, 'worlds: { count: 1 }\n');
  const refused = await here.miyabi(['init', '--json']);
  expect(refused).toMatchObject({ code: 2, lines: [{ type: 'error', reason: 'usage', what: `${name} is there already.` }] });
  expect(await readFile(path, 'utf8')).toBe('worlds: { count: 1 }\n');
  const forced = await here.miyabi(['init', '--force', '--json']);
  expect(forced).toMatchObject({ code: 0, lines: [{ type: 'init', schemaVersion: 1, path, written: true, ecosystem: 'npm' }] });
  expect(await readFile(path, 'utf8')).toBe(forced.lines[0]?.['text']);
});

it('at a terminal it is asked how many worlds there are to be, and who leaves writes nothing', async () => {
  {
    await using terminal = miyabiInPty(here, ['init', '--force'], { columns: 120 });
    await terminal.until(/How many worlds for each task\?[\s\S]*● 5/);
    terminal.type('\u001b[B\r');
    expect(await terminal.ended).toBe(0);
  }
  const text = await here.read(name);
  expect(text).toContain('\n  count: 7\n');
  await using terminal = miyabiInPty(here, ['init', '--force'], { columns: 120 });
  await terminal.until(/How many worlds/);
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
  expect(await here.read(name)).toBe(text);
});
