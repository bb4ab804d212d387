/** @module-tag campaign */
import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import type { Choice } from '../../src/domain/choice.ts';
import { redactor } from '../../src/domain/redact.ts';
import { pickWorld } from '../../src/operations/pick.ts';
import { requestFix } from '../../src/operations/request-fix.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import { forgeRunStand, shown } from '../support/forge-run-stand.ts';
import { smallProject } from '../support/miyabi.ts';
import { mend } from '../support/place.ts';

const configuration = {
  isolation: 'none',
  checks: { coverage: false, test: 'node --test' },
  disk: { freeGigabytes: 0 },
  gates: { reviewAsk: 0, reviewPass: 0 },
};

it(
  'what lies at a remote is picked, and changed once more, as what lies on this machine is; the pull request stays as it is',
  { timeout: 240_000 },
  async () => {
    await using here = await forgeRunStand({
      files: smallProject,
      agent: `${mend}; echo "$MIYABI_WORLD" > world.txt`,
      config: { worlds: { count: 2 }, merge: { when: 'approved' } },
    });
    const operations = {
      engine: here.engine,
      ledger: here.ledger,
      clock: systemClock,
      redact: redactor(['function twice']),
      git: async () => await Promise.resolve(here.tools.git),
      state: here.tools.state,
      sharing: true,
      ownConfiguration: [{ source: 'user', origin: 'a test', values: configuration }],
    } as unknown as OperationTools;
    const { jobId } = await here.start({ title: 'add() subtracts in src/add.js' });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['waiting']);
    expect((await here.question(jobId)).escalation).toMatchObject({ kind: 'merge', canStand: true });
    const job = (await here.engine.status(jobId))!;
    const chosen = (await here.tasks(jobId)).find(({ key }) => key === 'choose');
    const { winner } = (chosen?.state === 'succeeded' ? chosen.result.value : {}) as Extract<Choice, { kind: 'chosen' }>;
    const world = winner === 'alpha' ? 'beta' : 'alpha';
    const startedBy = { how: 'service', who: 'ada' } as const;

    const picked = await pickWorld(operations, job, { world, task: undefined, reason: 'smaller', how: 'api', startedBy });
    if (picked.kind !== 'handed-over') throw new Error('a question was answered');
    expect(await here.settle(picked.jobId), await shown(here.engine, picked.jobId)).toEqual(['completed']);
    expect(here.atForge('show', `${picked.branch}:world.txt`)).toBe(world);
    expect(here.atForge('show', 'main:src/add.js')).toContain('a - b');

    const comments = [
      { path: 'world.txt', line: 1, side: 'new', text: 'Say who you are.' },
      { path: 'src/add.js', line: 5, side: 'old', text: 'Keep it.' },
    ] as const;
    const fix = await requestFix(operations, job, {
      world,
      task: undefined,
      comments,
      text: undefined,
      startedBy,
      idempotencyKey: undefined,
    });
    expect(fix.attributes).toMatchObject({ base: { commit: fix.from.commit }, issue: { origin: { kind: 'text', words: 'others' } } });
    expect(fix.attributes.issue.body).toContain(`Line 1:\n\n    ${world}\n\nSay who you are.`);
    // What else lies at the remote may be asked about; secrets in it are not told.
    expect(fix.attributes.issue.body).toMatch(/ {4}.*\[secret removed\].*\n\nKeep it\./);
    expect(fix.attributes.issue.body).not.toContain('twice');
    expect(await here.settle(fix.jobId), await shown(here.engine, fix.jobId)).toEqual(['completed']);
    expect(here.atForge('show', `${fix.branch}:world.txt`)).toBe(winner);
    expect(await here.ledger.followUps.from(jobId)).toMatchObject([
      { jobId: picked.jobId, kind: 'pick', world, by: 'ada', reason: 'smaller' },
      { jobId: fix.jobId, kind: 'fix', world, by: 'ada' },
    ]);
    expect((await here.engine.status(jobId))?.state).toBe('waiting');
  },
);
