import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openMemoryEngine } from '../../../test/support/memory-engine.ts';
import type { LocalForgeStand } from '../../../test/support/local-forge-stand.ts';
import { localForgeName, localForgeStand } from '../../../test/support/local-forge-stand.ts';
import { openTestLedger } from '../../../test/support/ledger.ts';
import { openNotifier } from '../../adapters/notify/open-notifiers.ts';
import { createProcessRunner } from '../../adapters/process/process-runner.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { Channel } from '../../domain/config-notify.ts';
import { configSchema } from '../../domain/config.ts';
import type { Escalation } from '../../domain/escalation.ts';
import type { JobId } from '../../domain/ids.ts';
import { noticesGroup } from '../../domain/job-groups.ts';
import { redactor } from '../../domain/redact.ts';
import { noticeSchema } from '../../domain/notice.ts';
import type { Notice } from '../../domain/notice.ts';
import type { Engine } from '../../weaver/engine.ts';
import { handle } from '../../weaver/handler.ts';
import { approvalSignal } from '../../workflow/escalate.ts';
import { analyseType, approveType } from '../../workflow/task-types.ts';
import { followNotices } from './follow-notices.ts';
import { sendNotice } from './send-notice.ts';
import { askAtIssue } from './tell-question.ts';

const analysis = {
  type: 'bug',
  complexity: 2,
  securitySensitive: false,
  effortHours: 1,
  scope: { files: [], symbols: [] },
  labels: [],
  reasons: [],
} as const;

const attributes = {
  schemaVersion: 2,
  issue: {
    title: 'Total is wrong',
    body: '',
    origin: {
      kind: 'forge',
      forge: 'github',
      repository: 'team/shop',
      number: 7,
      url: 'https://forge.example/7',
      author: { id: '1', login: 'ada', isBot: false },
    },
    hiddenCharacters: 0,
  },
  repositoryId: 'repository',
  repository: { kind: 'remote', url: 'https://forge.example/team/shop.git' },
  base: { commit: '1'.repeat(40), name: 'main' },
  author: { name: 'Ada', email: 'ada@example.org' },
  branchTemplate: 'miyabi/<run>',
  into: null,
  approveAll: false,
  config: configSchema.parse({}),
};

const escalation: Escalation = {
  type: 'escalation',
  kind: 'review',
  canStand: false,
  severity: 'high',
  issue: 'team/shop#7',
  reason: 'the review gives 65 points, and says hunter2-of-the-shop',
  context: { failing_checks: ['lint'], recommendation: 'fix it' },
  actions: [{ id: 'approve_anyway', label: 'Approve' }],
};

/** A hook that answers with these statuses in turn, then always with 200, and keeps what it was told. */
async function hook(...statuses: number[]) {
  const told: Notice[] = [];
  const keys: unknown[] = [];
  let tries = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (bytes: Buffer) => parts.push(bytes));
    request.on('end', () => {
      const status = statuses[tries] ?? 200;
      tries += 1;
      keys.push(request.headers['idempotency-key']);
      if (status === 200) told.push(noticeSchema.parse(JSON.parse(Buffer.concat(parts).toString('utf8'))));
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    told,
    keys,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function atLocalForge({ issue, ...rest }: typeof attributes) {
  return { ...rest, issue: { ...issue, origin: { ...issue.origin, forge: localForgeName, repository: 'ada/shop', number: 1 } } };
}

/** A run that is analysed, then asks, and ends when it is answered; told of by a hook, and at a forge where one is given. */
async function stand(url: string, channel: Partial<Channel> = {}, priority = 'P2-Medium', at?: LocalForgeStand) {
  const opened = new AsyncDisposableStack();
  const processes = opened.use(createProcessRunner());
  const { ledger } = opened.use(await openTestLedger());
  const forges = {
    names: at === undefined ? [] : [localForgeName],
    open: async () => await Promise.resolve(at!.forge),
    readers: async () => await Promise.resolve([]),
  };
  let asks: Pick<Engine, 'status' | 'task'> | undefined;
  const channels: Record<string, Channel> = {
    team: { kind: 'webhook', urlVariable: 'HOOK', private: true, atLeast: 'P3-Low', ...channel } as Channel,
  };
  const { engine } = opened.use(
    await openMemoryEngine([
      handle(analyseType, async () => ({ kind: 'success', result: { ...analysis, priority } as never })),
      handle(approveType, async ({ answer }) =>
        answer === undefined
          ? {
              kind: 'blocked',
              reason: 'asks',
              need: { signal: approvalSignal, from: 'person', question: 'Hand it over?', details: escalation },
            }
          : { kind: 'success', result: { approvedBy: answer.by } },
      ),
      sendNotice(async (name) =>
        openNotifier(name, channels[name]!, { process: processes, platform: 'linux', environment: { HOOK: url } }),
      ),
      askAtIssue(
        () => asks!,
        async () => await Promise.resolve({ forges, redact: redactor(['hunter2-of-the-shop']), findSecrets: () => [] }),
      ),
    ]),
  );
  asks = engine;
  const tools = { engine, ledger, clock: systemClock, redact: redactor(['hunter2-of-the-shop']), forges };
  const worker = opened.use(await engine.work({ jobs: 'unclaimed', concurrency: 4 }));
  const sent: JobId[] = [];
  const follow = () => followNotices(tools, { channels }, { tell: () => undefined, submitted: (jobId) => sent.push(jobId) })!;
  async function submit(): Promise<JobId> {
    const submitted = await engine.submit({
      title: 'Total is wrong',
      groupKey: 'repository',
      attributes: at === undefined ? attributes : atLocalForge(attributes),
      tasks: [
        { type: analyseType.name, key: 'analyse', payload: {} },
        {
          type: approveType.name,
          key: 'approve',
          payload: { reason: '', question: '', details: null },
          dependencies: [{ on: 'analyse', until: 'succeeded' }],
        },
      ],
    });
    return submitted.jobId;
  }
  /** Resolves when so many notices have been sent, or could not be. */
  async function untilSent(count: number): Promise<void> {
    for await (const event of engine.eventsOfAll({ follow: true })) {
      if (event.type !== 'job.state') continue;
      const ended = await engine.jobs({ groupKey: noticesGroup, open: false });
      if (ended.length >= count) return;
    }
  }
  async function say(jobId: JobId): Promise<void> {
    const task = (await engine.tasks(jobId)).find(({ key }) => key === 'approve')!;
    await engine.signal(task.id, approvalSignal, { approved: true }, 'ada');
  }
  return { engine, tools, worker, follow, submit, untilSent, say, [Symbol.asyncDispose]: async () => await opened.disposeAsync() };
}

it('tells nobody a secret', async () => {
  await using there = await hook();
  await using run = await stand(there.url);
  await using _follow = run.follow();
  await run.submit();
  await run.untilSent(1);
  expect(there.told[0]?.text).toContain('65 points, and says [secret removed]');
});

it('tells of a question and of the end, each once, also where two follow and one starts again from the beginning', async () => {
  await using there = await hook();
  await using run = await stand(there.url);
  await using _one = run.follow();
  await using _other = run.follow();
  const jobId = await run.submit();
  await run.untilSent(1);
  expect(there.told).toMatchObject([
    { kind: 'escalation', priority: 'P1-High', url: 'https://forge.example/7', text: expect.stringContaining('Failing: lint') },
  ]);
  await run.say(jobId);
  await run.untilSent(2);
  await using _again = run.follow();
  expect(there.told.map(({ kind }) => kind)).toEqual(['escalation', 'finished']);
  expect(await run.engine.jobs({ groupKey: noticesGroup })).toHaveLength(2);
});

it('tries again what could not be sent, under the same key, and not what was refused', async () => {
  await using there = await hook(503, 503, 200, 410);
  await using run = await stand(there.url);
  await using _following = run.follow();
  const jobId = await run.submit();
  await run.untilSent(1);
  expect(there.told).toHaveLength(1);
  expect(new Set(there.keys).size).toBe(1);
  expect(there.keys).toHaveLength(3);
  await run.say(jobId);
  await run.untilSent(2);
  expect(there.keys).toHaveLength(4);
  const [last] = await run.engine.jobs({ groupKey: noticesGroup, limit: 1 });
  expect(last?.state).toBe('failed');
});

it('a run about something critical is told of at once, and a way that is only for that hears of nothing else', async () => {
  await using there = await hook();
  await using run = await stand(there.url, { atLeast: 'P0-Critical' }, 'P0-Critical');
  await using _following = run.follow();
  const jobId = await run.submit();
  await run.untilSent(1);
  expect(there.told.map(({ kind }) => kind)).toEqual(['hotfix']);
  await run.say(jobId);
  expect(await run.worker.settled(jobId)).toBe('completed');
  expect(there.told).toHaveLength(1);
});

it('nothing is told where no way is configured', async () => {
  await using there = await hook();
  await using run = await stand(there.url);
  expect(followNotices(run.tools, { channels: {} }, { tell: () => undefined })).toBeUndefined();
});

it('a question of a run at a forge stands at its issue with how it is answered, and then who has answered it', async () => {
  await using there = await hook();
  await using forge = await localForgeStand();
  await forge.writeIssue({ title: 'Total is wrong' });
  await using run = await stand(there.url, {}, 'P2-Medium', forge);
  await using _one = run.follow();
  await using _other = run.follow();
  const jobId = await run.submit();
  await run.untilSent(2);
  const comments = async () => (await forge.forge.comments({ repository: 'ada/shop', number: 1 })).map(({ body }) => body);
  expect(await comments()).toEqual([
    expect.stringMatching(/waits for an answer[^]*the review gives 65 points[^]*- lint[^]*\/miyabi approve/),
  ]);
  await run.say(jobId);
  await run.untilSent(4);
  expect(await comments()).toEqual([expect.stringMatching(/waits no longer[^]*Answered by ada\.[^]*asks/)]);
});
