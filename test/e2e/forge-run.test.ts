import { describe, expect, it } from 'vitest';
import { ForgeUnavailable } from '../../src/ports/forge.ts';
import type { ForgeRunStand } from '../support/forge-run-stand.ts';
import { agentThat, forgeRunStand, shown } from '../support/forge-run-stand.ts';
import { smallProject } from '../support/miyabi.ts';
import { mend } from '../support/place.ts';

const title = 'add() subtracts in src/add.js';
const log = '2026-11-21T20:00:02.100Z not ok 2 - rounds half up\n2026-11-21T20:00:02.100Z   Error: expected 3 to equal 4';

async function commentsOf({ stand }: ForgeRunStand, number: number): Promise<readonly string[]> {
  return (await stand.forge.comments({ repository: stand.repository, number })).map(({ body }) => body);
}

describe('a run of an issue at a forge', () => {
  it(
    'mends what fails in the checks, and is merged once, though answers of the forge are lost and it is away for a while',
    { tags: ['campaign'], timeout: 240_000 },
    async () => {
      const calls = { open: 0, merge: 0, checks: 0 };
      await using here = await forgeRunStand({
        files: smallProject,
        agent: agentThat(['Mend what fails', 'echo "export const rounded = 1;" > src/rounded.js'], ['', mend]),
        wrap: (forge, stand) => ({
          openPullRequest: async (draft) => {
            await forge.openPullRequest(draft);
            calls.open += 1;
            throw new Error('the answer was lost');
          },
          merge: async (place, request) => {
            await forge.merge(place, request);
            calls.merge += 1;
            throw new Error('the answer was lost');
          },
          checks: async (repository, commit) => {
            calls.checks += 1;
            if (calls.checks === 1) throw new ForgeUnavailable('The forge asks to wait.', 10);
            const isMended = (await forge.checks(repository, commit)).length > 0 || calls.checks > 2;
            await stand.setCheck(commit, 'test', isMended ? 'passed' : 'failed', log);
            return await forge.checks(repository, commit);
          },
        }),
      });
      const { jobId, number } = await here.start({ title });
      const [state] = await here.settle(jobId);
      expect(state, await shown(here.engine, jobId)).toBe('completed');
      expect(calls).toMatchObject({ open: 1, merge: 1 });

      const tasks = await here.tasks(jobId);
      expect(tasks.find(({ key }) => key === 'repair-ci-1')?.state).toBe('succeeded');
      expect(tasks.find(({ key }) => key === 'ci')).toMatchObject({ failures: 0 });
      const repair = tasks.find(({ key }) => key === 'repair-ci-1');
      expect(JSON.stringify(repair?.payload.value)).toContain('rounds half up');

      const message = here.atForge('log', '-1', '--format=%B', 'main');
      const merge = tasks.find(({ key }) => key === 'merge')!;
      expect(message).toContain(`Miyabi-Task: ${merge.id}`);
      expect(message).toMatch(/^feat: add\(\) subtracts in src\/add\.js \(#2\)\n\nRefs #1\n/);
      expect(here.atForge('rev-list', '--count', 'main')).toBe('2');
      expect(here.atForge('show', 'main:src/add.js')).toContain('a + b');
      expect(here.atForge('show', 'main:src/rounded.js')).toContain('rounded');
      // No other machine takes part, so nothing but the branch was ever handed over, and that is gone.
      expect(here.atForge('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');

      const place = { repository: here.stand.repository, number };
      expect(await here.stand.forge.issue(place)).toMatchObject({
        state: 'closed',
        labels: expect.arrayContaining(['state:done', 'type:feature']),
      });
      const pullRequest = await here.stand.forge.pullRequest({ ...place, number: 2 });
      expect(pullRequest).toMatchObject({
        state: 'merged',
        isDraft: false,
        labels: expect.arrayContaining(['ready-to-merge', 'quality:excellent']),
      });
      expect(pullRequest.body).toMatch(/^Closes #1\n[^]*`task-1`[^]*alpha[^]*repair-ci-1[^]*chosen/);
      await expect(here.stand.forge.pullRequest({ ...place, number: 3 })).rejects.toThrow();
      const comments = await commentsOf(here, number);
      expect(comments.map((body) => /<!-- miyabi:run_\w+:(\w+) -->/.exec(body)?.[1])).toEqual(['plan', 'review', 'summary']);
      expect(comments.at(-1)).toMatch(/is done[^]*Pull request #2\.[^]*Failing checks mended \| 1 \|[^]*\| merge \|/);
      expect(await here.ledger.pullRequests.ofRun(jobId)).toMatchObject({ number: 2, state: 'merged' });
    },
  );

  it(
    'asks a person where a check fails in the same way again, and goes on with their yes',
    { tags: ['campaign'], timeout: 240_000 },
    async () => {
      await using here = await forgeRunStand({
        files: smallProject,
        agent: agentThat(['Mend what fails', 'echo "export const tried = 1;" > src/tried.js'], ['', mend]),
        config: { merge: { method: 'rebase' } },
        wrap: (forge, stand) => ({
          checks: async (repository, commit) => {
            // Elsewhere and later, but the same.
            await stand.setCheck(commit, 'test', 'failed', log.replaceAll('20:00:02', `21:${10 + (commit.charCodeAt(0) % 50)}:03`));
            return await forge.checks(repository, commit);
          },
        }),
      });
      const { jobId } = await here.start({ title });
      expect(await here.settle(jobId)).toEqual(['waiting']);
      const { task, escalation } = await here.question(jobId);
      expect(escalation).toMatchObject({
        type: 'escalation',
        severity: 'high',
        issue: 'ada/shop#1',
        reason: 'test fails in the same way as before it was mended',
        context: { failing_checks: [expect.stringMatching(/^test \(.*\) in run$/)] },
        actions: [{ id: 'approve_anyway' }, { id: 'manual_fix' }, { id: 'reject' }],
      });
      await here.answer(task, { approved: true });
      expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
      // Two commits of their own, as the method has it.
      expect(here.atForge('log', '--format=%s', 'main').split('\n')).toEqual([
        'fix(tried): mend what fails in continuous integration: test',
        'feat(add): add() subtracts in src/add.js',
        'First',
      ]);
      expect(here.atForge('log', '-1', '--format=%B', 'main')).toMatch(/Refs #1 \(task 2\/2\)\n\nMiyabi-Run: /);
    },
  );
});
