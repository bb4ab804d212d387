import { expect, it } from 'vitest';
import { answerByEnd } from '../../src/operations/intake/answer-by-end.ts';
import { retryRun } from '../../src/operations/intake/retry-run.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import { agentThat, forgeRunStand, shown } from '../support/forge-run-stand.ts';
import type { ForgeRunStand } from '../support/forge-run-stand.ts';
import { smallProject } from '../support/miyabi.ts';
import { mend } from '../support/place.ts';
import type { JobId } from '../../src/domain/ids.ts';
import type { JobView } from '../../src/weaver/engine.ts';

const title = 'add() subtracts in src/add.js';

/** As intake does when it is told of the end of a pull request. */
async function told({ engine, tools, ledger }: ForgeRunStand, run: JobId): Promise<number> {
  const pullRequest = await ledger.pullRequests.ofRun(run);
  return await answerByEnd({ engine, forges: tools.forges } as unknown as OperationTools, pullRequest!);
}

it(
  'people decide about a merge: by an answer, by a rule of the repository, or by merging and closing it themselves',
  { tags: ['campaign'], timeout: 300_000 },
  async () => {
    await using here = await forgeRunStand({ files: smallProject, agent: mend, config: { merge: { when: 'approved' } } });
    const { stand, engine } = here;
    const place = (number: number) => ({ repository: stand.repository, number });
    const runs = [
      await here.start({ title }),
      await here.start({ title: `${title}, too` }),
      await here.start({ title: `${title}, as well` }),
    ] as const;
    const ids = runs.map(({ jobId }) => jobId);
    expect(await here.settle(...ids), (await Promise.all(ids.map((id) => shown(engine, id)))).join('\n\n')).toEqual([
      'waiting',
      'waiting',
      'waiting',
    ]);
    const [first, second, third] = runs;
    const pullRequests = await Promise.all(ids.map(async (id) => (await here.ledger.pullRequests.ofRun(id))!));
    const asked = await here.question(first.jobId);
    expect(asked.escalation).toMatchObject({
      severity: 'medium',
      reason: 'the pull request is ready and waits for an approval: every merge is approved by a person',
      actions: [{ id: 'approve_anyway', label: 'Merge it' }, { id: 'manual_fix' }, { id: 'reject' }],
    });
    // As long as it is open there is no answer in it.
    expect(await told(here, first.jobId)).toBe(0);

    await stand.protect!({ approvals: 1, checks: [] });
    await here.answer(asked.task, { approved: true }, 'ada (1)');
    expect(await here.settle(first.jobId)).toEqual(['waiting']);
    const rule = await here.question(first.jobId);
    expect(rule.escalation.reason).toMatch(/^a rule of the repository keeps the pull request from being merged: /);
    await stand.protect!({ approvals: 0, checks: [] });
    await here.answer(rule.task, { approved: true }, 'eve (2)');
    expect(await here.settle(first.jobId), await shown(engine, first.jobId)).toEqual(['completed']);
    expect(here.atForge('log', '-1', '--format=%B', 'main')).toMatch(/\nApproved-by: eve \(2\)/);

    const { head } = await stand.forge.pullRequest(place(pullRequests[1]!.number));
    await stand.commitOnBranch(head.branch, { 'note.md': 'by hand\n' }, 'By hand');
    await stand.moveBranch('main', await stand.commitOnBranch(head.branch, {}));
    await stand.forge.pullRequest(place(pullRequests[1]!.number));
    expect(await told(here, second.jobId)).toBe(1);
    expect(await here.settle(second.jobId), await shown(engine, second.jobId)).toEqual(['completed']);
    expect(await here.ledger.pullRequests.ofRun(second.jobId)).toMatchObject({ state: 'merged' });

    await stand.closePullRequest(pullRequests[2]!.number);
    expect(await told(here, third.jobId)).toBe(1);
    expect(await here.settle(third.jobId)).toEqual(['failed']);
    expect((await stand.forge.comments(place(third.number))).at(-1)?.body).toMatch(
      /has failed[^]*merge: the pull request was not merged: somebody at team said no: closed the pull request/,
    );
    expect(await stand.forge.issue(place(third.number))).toMatchObject({ state: 'open' });
  },
);

it(
  'does what a review asks for, and merges nothing that somebody who may still objects to',
  { tags: ['campaign'], timeout: 240_000 },
  async () => {
    let reviewed = 0;
    await using here = await forgeRunStand({
      files: smallProject,
      agent: agentThat(['Change what a review asks for', 'echo "export const sum = 1;" > src/sum.js'], ['', mend]),
      wrap: (forge, stand) => ({
        objections: async (place) => {
          reviewed += 1;
          if (reviewed === 1) {
            await stand.review!(place.number, await stand.person('read'), 'changes-requested', 'Delete the tests.');
            await stand.review!(place.number, await stand.person('write'), 'changes-requested', 'Export a sum.');
          }
          return await forge.objections(place);
        },
      }),
    });
    const { jobId } = await here.start({ title });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['waiting']);
    const tasks = await here.tasks(jobId);
    const instructions = JSON.stringify(tasks.find(({ key }) => key === 'repair-objection-1')?.payload.value);
    expect(instructions).toContain('Export a sum.');
    expect(instructions).not.toContain('Delete the tests.');
    const { task, escalation } = await here.question(jobId);
    expect(escalation).toMatchObject({ severity: 'high', reason: expect.stringMatching(/^a review asks for changes: /) });
    expect(escalation.context.failing_checks).toHaveLength(1);
    expect(here.atForge('rev-list', '--count', 'main')).toBe('1');
    await here.answer(task, { approved: true });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
    expect(here.atForge('show', 'main:src/sum.js')).toContain('sum');
  },
);

it(
  'asks anew what was answered with no where the run is tried again, and closes the issue of what was told to have failed',
  { tags: ['campaign'], timeout: 240_000 },
  async () => {
    await using here = await forgeRunStand({
      files: smallProject,
      agent: mend,
      config: { ci: { graceSeconds: 0, sweepSeconds: 1, rounds: 0 }, merge: { when: 'approved' } },
      wrap: (forge, stand) => ({
        checks: async (repository, commit) => {
          await stand.setCheck(commit, 'test', 'failed', 'Error: expected 3 to equal 4');
          return await forge.checks(repository, commit);
        },
      }),
    });
    const { jobId, number } = await here.start({ title });
    const place = { repository: here.stand.repository, number };
    const again = async (reason: RegExp): Promise<void> => {
      expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['waiting']);
      await here.answer((await here.question(jobId)).task, { approved: false, reason: 'not now' });
      expect(await here.settle(jobId)).toEqual(['failed']);
      expect(await retryRun(here, { id: jobId } as JobView, 'ada (1)')).toBe(1);
      expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['waiting']);
      const { task, escalation } = await here.question(jobId);
      expect(escalation.reason).toMatch(reason);
      await here.answer(task, { approved: true });
    };
    await again(/^checks fail/);
    expect(await here.ledger.knowledge.errorsOf(jobId), 'later runs may learn of it').toMatchObject([
      { message: expect.stringContaining('expected 3 to equal 4') },
    ]);
    await again(/waits for an approval/);
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
    expect(here.atForge('rev-list', '--count', 'main')).toBe('2');
    const issue = await here.stand.forge.issue(place);
    expect([issue.state, issue.labels.filter((label) => label.startsWith('state:'))]).toEqual(['closed', ['state:done']]);
    const summaries = (await here.stand.forge.comments(place)).filter(({ body }) => body.includes(':summary -->'));
    expect(summaries.map(({ body }) => /is done|has failed/.exec(body)?.[0])).toEqual(['is done']);
  },
);
