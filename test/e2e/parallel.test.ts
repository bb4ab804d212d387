/** @module-tag campaign */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endOfCommand, git, makeProject, miyabi, smallProject, startMiyabi, withoutWalls } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('carries several issues two at a time, says which cannot be run and which were interrupted, and goes on with all of those', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const here = { cwd: folder.path, state: join(folder.path, 'state'), env: withoutWalls };
  for (const name of ['two', 'three']) await writeFile(join(folder.path, `${name}.md`), `# add subtracts (${name})\n\nIt should add.`);
  // They wait for a file that is not there before.
  const go = join(folder.path, 'go');
  const agent = `command:while [ ! -e ${go} ]; do sleep 0.1; done; sed -i 's/a - b/a + b/' src/add.js`;
  const numbers = await miyabi(['parallel', '--issues', '1,2'], here);
  expect([numbers.code, numbers.stderr]).toEqual([2, expect.stringContaining('1 is a number without a repository.')]);
  const mistyped = await miyabi(['parallel', '--issues', 'two.md,tow'], here);
  expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringContaining('tow names no issue.')]);
  const issues = 'add subtracts,ADD  subtracts,two.md,three.md';
  const args = ['parallel', '--issues', issues, '--repo', project, '--agent', agent, '--worlds', '1', '--yes', '--json'];
  const started = startMiyabi(args, here);
  let said = '';
  started.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  await expect.poll(() => said.match(/begins/g)?.length, { timeout: 20_000 }).toBe(2);
  started.kill('SIGINT');
  const interrupted = await endOfCommand(started);
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toContain('This issue is already being worked on by');
  expect(interrupted.stderr).toMatch(/not begun {2}three\.md/);
  expect(interrupted.stderr).toMatch(/Interrupted: run_\w+, run_\w+\. Resume: .* resume --all/);

  await writeFile(go, '');
  const resumed = await miyabi(['resume', '--all', '--json'], here);
  expect(resumed.lines.map(({ type, status }) => [type, status])).toEqual([
    ['run.finished', 'succeeded'],
    ['run.finished', 'succeeded'],
  ]);
  expect(resumed.code).toBe(0);
  expect((await miyabi(['resume', '--all'], here)).stderr).toBe('No run was interrupted.');
});

it(
  'merges what it carries at a forge one after the other, each on what the other has made of the base',
  { tags: ['campaign'], timeout: 180_000 },
  async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), {
      'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }\n',
      'src/shop.js': 'export const shop = true;\n',
      'test/shop.test.js': `import { test } from 'node:test';\nimport '../src/shop.js';\n\ntest('opens', () => {});\n`,
    });
    const forge = join(folder.path, 'forge');
    const go = join(folder.path, 'go');
    const written = (name: string): string =>
      `printf '/** Of the ${name}. */\\nexport const ${name} = true;\\n' > src/${name}.js; printf 'import { test } from "node:test";\\nimport "../src/${name}.js";\\ntest("${name}", () => {});\\n' > test/${name}.test.js`;
    const here = {
      cwd: folder.path,
      state: join(folder.path, 'state'),
      env: {
        ...withoutWalls,
        MIYABI_FORGE_LOCAL: JSON.stringify({ home: forge }),
        MIYABI_WORLDS_COUNT: '1',
        MIYABI_AGENT_NAME: 'command',
        MIYABI_AGENT_COMMAND: `touch ${go}-$$; while [ ! -e ${go} ]; do sleep 0.1; done; case "$(cat)" in *cart*) ${written('cart')} ;; *) ${written('till')} ;; esac`,
        MIYABI_CHECKS_TEST: 'node --test',
        MIYABI_CHECKS_COVERAGE: 'false',
        MIYABI_CI_GRACE_SECONDS: '0',
        MIYABI_CI_SWEEP_SECONDS: '1',
      },
    };
    await miyabi(['forge', 'init', forge, '--repo', 'ada/shop', '--from', project], here);
    for (const title of ['Add a cart', 'Add a till']) await miyabi(['forge', 'issue', forge, 'ada/shop', title], here);

    const started = startMiyabi(['parallel', '--issues', '1,2', '--concurrency', '2', '--repo', 'home:ada/shop', '--json'], here);
    await expect
      .poll(async () => (await readdir(folder.path)).filter((name) => name.startsWith('go-')).length, { timeout: 60_000 })
      .toBe(2);
    started.kill('SIGINT');
    const interrupted = await endOfCommand(started);
    expect(interrupted.code, interrupted.stderr).toBe(130);
    await writeFile(go, '');
    const resumed = await miyabi(['resume', '--all', '--json'], here);
    expect(
      resumed.lines.map(({ type, status }) => [type, status]),
      resumed.stderr,
    ).toEqual([
      ['run.finished', 'succeeded'],
      ['run.finished', 'succeeded'],
    ]);
    const code = join(forge, 'ada/shop.git');
    const log = (await git(code, 'log', '--format=%s', 'main')).split('\n');
    expect(log).toEqual([expect.stringMatching(/^feat.*\(#\d\)$/), expect.stringMatching(/^feat.*\(#\d\)$/), 'first']);
    expect(await git(code, 'ls-tree', '--name-only', 'main', 'src/')).toBe('src/cart.js\nsrc/shop.js\nsrc/till.js');
    for (const number of [1, 2]) expect(await readFile(join(forge, `ada/shop/issues/${number}.md`), 'utf8')).toMatch(/^state: closed$/m);
  },
);
