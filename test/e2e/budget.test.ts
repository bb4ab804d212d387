import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { git, makeProject, miyabi, smallProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('a run whose worlds cost more than it may stops, says so, and leaves nothing behind', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const options = { cwd: project, state: join(folder.path, 'state'), env: { MIYABI_BUDGET_ISSUE_USD: '0.5' } };
  const spending = `command:sed -i.bak 's/a - b/a + b/' src/add.js; rm src/add.js.bak; echo '{"miyabi":{"costUsd":0.3}}'`;
  const end = await miyabi(['run', 'add() is wrong', '--agent', spending, '--worlds', '3', '--json'], options);
  expect(end.code).toBe(5);
  const report = end.lines.at(-1) as { status: string; costUsd: number; branch: string | null };
  expect(report).toMatchObject({ status: 'failed', branch: null });
  expect(report.costUsd).toBeGreaterThanOrEqual(0.6);
  expect(await miyabi(['show', 'last'], options)).toMatchObject({ stdout: expect.stringMatching(/Cost limit reached: 0\.\d0\/0\.50 USD/) });
  expect(await readdir(join(options.state, 'worlds')).catch(() => [])).toEqual([]);
  expect(await git(project, 'status', '--porcelain')).toBe('');
});
