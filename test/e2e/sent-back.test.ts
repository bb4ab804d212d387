/** @module-tag campaign */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, miyabi, smallProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('a run whose repair came to nothing succeeds all the same when a person approves the branch as it is', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const env = {
    MIYABI_GATES_REVIEW_PASS: '100',
    MIYABI_GATES_REVIEW_ASK: '100',
    MIYABI_GATES_TELL_ABOVE: '10',
    MIYABI_GATES_ASK_ABOVE: '10',
  };
  const options = { cwd: project, state: join(folder.path, 'state'), env };
  // Mends it, with something undocumented on top; called again it has nothing left to do.
  const agent = `command:sed -i.bak 's/a - b/a + b/' src/add.js; rm src/add.js.bak; grep -q extra src/add.js || echo 'export function extra() {}' >> src/add.js`;
  const issue = 'Rewrite the architecture: add() is wrong for distributed migration';
  const first = await miyabi(['run', issue, '--agent', agent, '--worlds', '1', '--json'], options);
  expect(first, first.stderr).toMatchObject({ code: 4 });
  const { lines } = await miyabi(['inbox', '--json'], options);
  expect(lines[0]).toMatchObject({
    questions: [
      {
        type: 'escalation',
        severity: 'high',
        reason: expect.stringMatching(/points of 100 after it was sent back 2 times$/),
        context: { failing_checks: expect.arrayContaining([expect.stringContaining('doc comment')]) },
        actions: [{ id: 'approve_anyway' }, { id: 'manual_fix' }, { id: 'reject' }],
        deadline: { otherwise: 'reject' },
      },
    ],
  });
  const end = await miyabi(['approve', 'last', '--json'], options);
  expect(end, end.stderr).toMatchObject({ code: 0 });
  const report = end.lines.at(-1) as unknown as RunReport;
  expect(report).toMatchObject({ status: 'succeeded', tasks: [{ winner: 'alpha' }, { id: 'repair-1', winner: null }, {}] });
  expect(await git(project, 'show', `${report.branch}:src/add.js`)).toContain('a + b');
  expect(report.warnings).toContainEqual(expect.stringMatching(/^repair-1 was skipped: /));
});
