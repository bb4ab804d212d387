import { expect, it } from 'vitest';
import { answerByEnd } from '../../src/operations/intake/answer-by-end.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import { forgeRunStand, shown } from '../support/forge-run-stand.ts';
import type { ForgeRunStand } from '../support/forge-run-stand.ts';
import { smallProject } from '../support/miyabi.ts';
import { mend } from '../support/place.ts';
import type { JobId } from '../../src/domain/ids.ts';

const title = 'add() subtracts in src/add.js';

/** As intake does when it is told of the end of a pull request. */
async function told({ engine, tools, ledger }: ForgeRunStand, run: JobId): Promise<number> {
  const pullRequest = await ledger.pullRequests.ofRun(run);
  return await answerByEnd({ engine, forges: tools.forges } as unknown as OperationTools, pullRequest!);
}

it(
  'people decide about a merge: by an answer, by a rule of the repository, or by merging and closing it themselves',
  { timeout: 300_000 },
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
