/** @module-tag campaign */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { worldRunType } from '../../src/workflow/task-types.ts';
import { agentThat, forgeRunStand, shown } from '../support/forge-run-stand.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A program that has nobody who signs in yet. */
const project = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }\n',
  'src/auth/index.js': 'export const users = new Map();\n',
  'test/auth.test.js': `import { test } from 'node:test';
import assert from 'node:assert/strict';
import { users } from '../src/auth/index.js';

test('nobody is known at first', () => assert.equal(users.size, 0));
`,
};

const body = `Customers cannot sign in to the shop. They are to register with a name and a password, and stay signed in for a session.

- [ ] Add the model of users and sessions (~20 min)
- [ ] Add hashing of passwords (after 1, ~40 min)
- [ ] Add validation of registrations (after 1, ~25 min)
- [ ] Add sign in to a session (after 2 and 3, ~30 min)
- [ ] Add a guard of pages (after 4, ~20 min)
- [ ] Add sign out (after 5, ~35 min)
`;

/** What each part is written to, and which of the others it needs. */
const parts = [
  { name: 'model', needs: [] },
  { name: 'passwords', needs: ['model'] },
  { name: 'registration', needs: ['model'] },
  { name: 'sign-in', needs: ['passwords', 'registration'] },
  { name: 'guard', needs: ['sign-in'] },
  { name: 'sign-out', needs: ['guard'] },
] as const;

/** Two meet in a folder outside of their worlds: each fails unless the other comes while it is there. */
function meet(folder: string, own: string, other: string): string {
  return `touch ${folder}/${own}; i=0; while [ ! -e ${folder}/${other} ]; do i=$((i+1)); [ $i -lt 1200 ] || exit 1; sleep 0.1; done; `;
}

function scriptOf({ name, needs }: (typeof parts)[number], folder: string): string {
  const met = name === 'passwords' ? meet(folder, name, 'registration') : name === 'registration' ? meet(folder, name, 'passwords') : '';
  const imports = needs.map((one) => `import "./${one}.js";`).join('\\n');
  const written = `printf '${imports}\\n/** What knows of ${name}. */\\nexport const ${name.replace('-', '')} = true;\\n' > src/auth/${name}.js`;
  const test = `printf 'import { test } from "node:test";\\nimport "../src/auth/${name}.js";\\ntest("${name}", () => {});\\n' > test/${name}.test.js`;
  return `{ ${met}${needs.map((one) => `test -e src/auth/${one}.js && `).join('')}${written} && ${test} && echo "- writes ${name} and its test"; }`;
}

it('the six tasks of a feature are done as their dependencies have it, two of them at the same time', { timeout: 240_000 }, async () => {
  await using meeting = await temporaryFolder('six-tasks-');
  await using here = await forgeRunStand({
    files: project,
    agent: agentThat(...parts.map((part, index) => [`This is part ${index + 1} of 6`, scriptOf(part, meeting.path)] as const)),
    config: { gates: { tellAbove: 9, askAbove: 10 }, merge: { method: 'rebase' } },
  });
  const { jobId, number } = await here.start({ title: 'Add authentication', body });
  expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
  expect(existsSync(join(meeting.path, 'passwords'))).toBe(true);

  const place = { repository: here.stand.repository, number };
  const comments = await here.stand.forge.comments(place);
  const plan = comments.find(({ body: text }) => text.includes('## Plan of'))!.body;
  expect(plan).toContain('| **task-2** | Add hashing of passwords | task-1 | 40 min | codegen |');
  expect(plan).toContain('| task-3 | Add validation of registrations | task-1 | 25 min | codegen |');
  expect(plan).toContain('| **task-4** | Add sign in to a session | task-2, task-3 | 30 min | codegen |');
  expect(plan).toContain('Critical path: task-1 → task-2 → task-4 → task-5 → task-6 (145 min of 170 min in all).');
  expect(plan).toMatch(/```mermaid[^]*t2 --> t4[^]*t3 --> t4[^]*class t1,t2,t4,t5,t6 critical/);
  expect(comments.filter(({ body: text }) => text.includes('## Plan of'))).toHaveLength(1);

  const worlds = await lived();
  const [, second, third, fourth, fifth, sixth] = worlds;
  expect(worlds.map(({ part }) => part)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Math.max(second!.begun, third!.begun)).toBeLessThan(Math.min(second!.ended, third!.ended));
  for (const earlier of [second!, third!]) expect(earlier.ended).toBeLessThanOrEqual(fourth!.begun);
  expect(fourth!.ended).toBeLessThanOrEqual(fifth!.begun);
  expect(fifth!.ended).toBeLessThanOrEqual(sixth!.begun);

  expect(await here.ledger.pullRequests.ofRun(jobId)).toMatchObject({ number: 2, state: 'merged' });
  const commits = here.atForge('log', '--reverse', '--format=%B%x00', 'main').split('\0').slice(1, -1);
  const ofTasks = commits.map((commit) =>
    Number(
      new RegExp(`^feat\\(auth\\): \\S.*\\n\\n(?:- .+\\n)+\\nRefs #${number} \\(task (\\d)/6\\)\\n\\nMiyabi-Run: `).exec(
        commit.trim(),
      )?.[1],
    ),
  );
  // The second and the third are done at the same time: either may be the first that is added.
  const secondFirst = ofTasks.indexOf(2) < ofTasks.indexOf(3);
  expect(ofTasks).toEqual(secondFirst ? [1, 2, 3, 4, 5, 6] : [1, 3, 2, 4, 5, 6]);
  expect(here.atForge('ls-tree', '--name-only', 'main', 'src/auth/').split('\n')).toHaveLength(7);

  /** When the worlds of each part lived, by the records of the attempts. */
  async function lived() {
    const { tasks } = await here.engine.result(jobId);
    return tasks
      .flatMap(({ task, attempts }) => {
        const part = tasks.find(({ task: { id } }) => id === task.parentTaskId)?.task.key.replace('task-', '');
        const [attempt] = attempts;
        if (task.type !== worldRunType.name || attempt?.endedAt === undefined) return [];
        return [{ part: Number(part), begun: attempt.startedAt, ended: attempt.endedAt }];
      })
      .toSorted((one, other) => one.part - other.part);
  }
});
