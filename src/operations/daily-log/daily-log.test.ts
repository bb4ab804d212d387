import { expect, it } from 'vitest';
import { openTestLedger } from '../../../test/support/ledger.ts';
import { openMemoryEngine } from '../../../test/support/memory-engine.ts';
import { systemClock } from '../../adapters/clock.ts';
import { noticesGroup } from '../../domain/job-groups.ts';
import { redactor } from '../../domain/redact.ts';
import type { DailyEntry } from '../../ports/daily-log.ts';
import { handle } from '../../weaver/handler.ts';
import { publishType, reviewType } from '../../workflow/task-types.ts';
import { followDailyLog } from './follow-daily-log.ts';

it('has an entry for each task of a run that has ended, with who did it, how it ended and what was done, and none for other jobs', async () => {
  const entries: DailyEntry[] = [];
  const three = Promise.withResolvers<void>();
  const log = {
    append: async (entry: DailyEntry) => {
      entries.push(entry);
      if (entries.length === 3) three.resolve();
    },
  };
  await using opened = await openTestLedger();
  const report = { score: 91, breakdown: {}, recommendation: 'APPROVE', issues: [] };
  await using memory = await openMemoryEngine([
    handle(reviewType, async ({ key }) => {
      if (key === 'review-again') return { kind: 'failure', reason: 'no\n# way <b>', retryHint: 'never' };
      return {
        kind: 'success',
        result: { kind: 'reviewed', report, label: 'quality:excellent', approvedBy: null } as never,
        observations: ['looked at\n## everything <script>', 'with hunter2-of-the-shop'],
      };
    }),
    handle(publishType, async () => ({
      kind: 'success',
      result: { branch: 'miyabi/x', commit: 'c'.repeat(40), into: null, notes: [] } as never,
    })),
  ]);
  const { engine } = memory;
  const tools = { engine, ledger: opened.ledger, clock: systemClock, redact: redactor(['hunter2-of-the-shop']) };
  const review = { type: reviewType.name, payload: { complexity: 3, tasks: 1, sentBack: 0, asked: null } };
  await using _worker = await engine.work({ jobs: 'unclaimed', concurrency: 2 });
  await using _following = followDailyLog(tools, { log, machine: 'here', tell: () => undefined });
  await engine.submit({ title: 'a notice', groupKey: noticesGroup, tasks: [{ ...review, key: 'send' }] });
  await engine.submit({
    title: 'Total is wrong',
    groupKey: 'repository',
    tasks: [
      { ...review, key: 'review' },
      { type: publishType.name, key: 'publish', payload: {}, dependencies: [{ on: 'review', until: 'settled' }] },
    ],
  });
  await engine.submit({ title: 'Another', groupKey: 'repository', tasks: [{ ...review, key: 'review-again' }] });
  await three.promise;
  const text = entries.map((entry) => entry.text).join('\n');
  expect(text).toMatch(
    /run_\w{10} review: Total is wrong\n\n- Agent: ReviewAgent\n- Status: succeeded\n- Duration: .* s, .*\n- Quality: 91 points\n/,
  );
  expect(text).toMatch(/PRAgent[\s\S]*pushed cccccccc to miyabi\/x/);
  expect(text).toMatch(/- Status: dead \(.*no # way &lt;b>/);
  expect(text).not.toMatch(/^## everything/m);
  expect(text).not.toContain('a notice');
  expect(text).toContain('- with [secret removed]');
  expect(text).not.toContain('hunter2');
});
