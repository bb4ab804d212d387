import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endOfCommand, makeProject, miyabi, smallProject, startMiyabi, withoutWalls } from '../support/miyabi.ts';
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
