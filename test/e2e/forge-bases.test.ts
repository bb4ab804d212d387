/** @module-tag campaign */
import { describe, expect, it } from 'vitest';
import type { ForgeRunStand } from '../support/forge-run-stand.ts';
import { agentThat, forgeRunStand, shown } from '../support/forge-run-stand.ts';
import { smallProject } from '../support/miyabi.ts';
import { mend } from '../support/place.ts';

const title = 'add() subtracts in src/add.js';

describe('the base of a pull request', () => {
  it(
    'may be another sibling’s work: two runs are merged one after the other, the second on top of the first with its checks run again',
    { tags: ['campaign'], timeout: 240_000 },
    async () => {
      const checked: string[] = [];
      await using here = await forgeRunStand({
        files: smallProject,
        agent: agentThat(['triple', 'echo "/** Three times. */ export const triple = (a) => a * 3;" > src/triple.js'], ['', mend]),
        wrap: (forge, stand) => ({
          checks: async (repository, commit) => {
            if (!checked.includes(commit)) checked.push(commit);
            await stand.setCheck(commit, 'test', 'passed');
            return await forge.checks(repository, commit);
          },
        }),
      });
      const runs = [await here.start({ title }), await here.start({ title: 'Write triple in src/triple.js' })];
      const states = await here.settle(...runs.map(({ jobId }) => jobId));
      expect(states, (await Promise.all(runs.map(({ jobId }) => shown(here.engine, jobId)))).join('\n\n')).toEqual([
        'completed',
        'completed',
      ]);
      expect(here.atForge('rev-list', '--count', 'main')).toBe('3');
      expect(here.atForge('show', 'main:src/add.js')).toContain('a + b');
      expect(here.atForge('show', 'main:src/triple.js')).toContain('triple');
      // One of them was followed twice: as it was made, and on top of the other.
      expect(checked).toHaveLength(3);
      const ended = await Promise.all(
        runs.map(async ({ jobId }) => (await here.tasks(jobId)).filter(({ type }) => type === 'miyabi.run.ci').length),
      );
      expect(ended.toSorted((one, other) => one - other)).toEqual([1, 2]);
    },
  );

  it('may conflict: the change is made again on the code as it is then', { tags: ['campaign'], timeout: 240_000 }, async () => {
    await using here = await conflicting("sed -i 's/Number(a) - Number(b)/Number(a) + Number(b)/' src/add.js");
    const { jobId } = await here.start({ title });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
    expect(here.atForge('show', 'main:src/add.js')).toContain('Number(a) + Number(b)');
    expect(here.atForge('log', '--format=%s', 'main').split('\n')).toEqual([expect.stringMatching(/^feat.*\(#2\)$/), 'Numbers', 'First']);
    const redone = (await here.tasks(jobId)).find(({ key }) => key.startsWith('redo-1-'));
    expect(JSON.stringify(redone?.payload.value)).toMatch(/both sides changed `src\/add\.js`[^]*\+ {2}return a \+ b/);
  });

  it('may conflict: where no world makes the change again a person does', { tags: ['campaign'], timeout: 240_000 }, async () => {
    await using here = await conflicting('true');
    const { jobId } = await here.start({ title });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['waiting']);
    const { task, escalation } = await here.question(jobId);
    expect(escalation).toMatchObject({
      reason: expect.stringMatching(/no longer fits on main, and could not be made again/),
      severity: 'high',
    });
    await here.answer(task, { approved: true, fixed: await here.mendByHand(jobId, { 'src/add.js': theirs.replace('-', '+') }) });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
    expect(here.atForge('show', 'main:src/add.js')).toContain('Number(a) + Number(b)');
  });
});

it(
  'a forge that goes on refusing a merge is waited for so long and no longer: then a person is asked',
  { tags: ['campaign'], timeout: 240_000 },
  async () => {
    let refusals = 0;
    await using here = await forgeRunStand({
      files: smallProject,
      agent: agentThat(['', mend]),
      config: { worlds: { count: 1 }, ci: { timeoutMinutes: 0.2, sweepSeconds: 1 } },
      wrap: (forge) => ({
        merge: async (place, request) => {
          if (isAsked) return await forge.merge(place, request);
          refusals += 1;
          return { kind: 'refused', why: 'conflict', reason: 'Pull Request is not mergeable' };
        },
      }),
    });
    let isAsked = false;
    const { jobId } = await here.start({ title });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['waiting']);
    expect(refusals).toBeGreaterThan(1);
    const { task, escalation } = await here.question(jobId);
    expect(escalation).toMatchObject({
      reason: 'the forge has refused to merge the pull request for 0.2 min: Pull Request is not mergeable',
    });
    isAsked = true;
    await here.answer(task, { approved: true });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
  },
);

const theirs = smallProject['src/add.js']!.replace('a - b', 'Number(a) - Number(b)');

/** While the checks of the first commit run somebody changes the same line. @param again what the agent does then. */
async function conflicting(again: string): Promise<ForgeRunStand> {
  let moved = false;
  return await forgeRunStand({
    files: smallProject,
    agent: agentThat(['Make this change again', again], ['', mend]),
    config: { worlds: { count: 1, fallback: [] } },
    wrap: (forge, stand) => ({
      checks: async (repository, commit) => {
        if (!moved) await stand.commitOnBranch('main', { 'src/add.js': theirs }, 'Numbers');
        moved = true;
        await stand.setCheck(commit, 'test', 'passed');
        return await forge.checks(repository, commit);
      },
    }),
  });
}

it('nothing leaves a machine while a secret stands in the branch, however it is encoded', { timeout: 240_000 }, async () => {
  const token = `ghp_${'aB3dE6gH9jK2'.repeat(3)}`;
  const encoded = Buffer.from(`x=${token}`).toString('base64');
  await using here = await forgeRunStand({
    files: smallProject,
    agent: `${mend}; echo "/** A shape. */ export const shape = '${encoded}';" > src/shape.js`,
  });
  const { jobId, number } = await here.start({ title });
  expect(await here.settle(jobId)).toEqual(['waiting']);
  const { task, escalation } = await here.question(jobId);
  expect(escalation, await shown(here.engine, jobId)).toMatchObject({
    severity: 'critical',
    reason: 'secrets stand in what is about to leave this machine',
    context: { failing_checks: [expect.stringMatching(/^src\/shape\.js:1 \(github-token\)/)] },
  });
  expect(here.atForge('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  expect(here.atForge('cat-file', '--batch-check', '--batch-all-objects').split('\n').length).toBeLessThan(10);
  await here.answer(task, { approved: false, reason: 'take it out' });
  expect(await here.settle(jobId)).toEqual(['failed']);
  expect(here.atForge('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  const comments = await here.stand.forge.comments({ repository: here.stand.repository, number });
  expect(comments.at(-1)?.body).toMatch(/has failed[^]*publish: the branch was not handed over[^]*ada \(1\) said no: take it out/);
  expect(JSON.stringify(comments)).not.toContain(encoded);
  const issue = await here.stand.forge.issue({ repository: here.stand.repository, number });
  expect(issue).toMatchObject({ state: 'open', labels: expect.arrayContaining(['state:failed']) });
});
