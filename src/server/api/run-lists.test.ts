import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiStand } from '../../../test/support/api-stand.ts';
import { apiStand } from '../../../test/support/api-stand.ts';
import type { IntakeStand } from '../../../test/support/intake-stand.ts';
import { intakeStand } from '../../../test/support/intake-stand.ts';
import { noUsage } from '../../domain/model.ts';
import type { JobId, TaskId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { receiveEvent } from '../../operations/intake/receive-event.ts';

let stand: IntakeStand;
let api: ApiStand;
/** Ask whether to go on, each of an issue of its own: 11, 12 and 13, the newest first. */
let runs: readonly JobId[];

beforeAll(async () => {
  stand = await intakeStand();
  const rest: Pick<OperationTools, 'version' | 'freeBytes' | 'diskUses' | 'collect'> = {
    version: '1.2.3',
    freeBytes: async () => 5e9,
    diskUses: { read: () => ({ parts: [{ name: 'worlds', bytes: 7, isPartial: false }], measuredAt: 1, isMeasuring: false }) },
    collect: async ({ unusedMs = 0 }) => ({
      folders: [{ path: '/worlds/old', bytes: 7, why: `unused for ${unusedMs} ms` }],
      recovered: ['One was.'],
    }),
  };
  api = await apiStand({ ...stand.tools, ...rest });
  for (const number of [11, 12, 13]) {
    const issue = stand.put(number, { title: `Round up rate ${number}` });
    await receiveEvent(
      stand.tools,
      stand.event({ kind: 'issue', action: 'labeled', issue, label: 'miyabi', identity: `labelled ${number}` }),
    );
    await stand.handled();
    await stand.rests((await stand.runs())[0]!.id);
  }
  runs = (await stand.runs()).map(({ id }) => id);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

async function itemsOf(path: string): Promise<readonly Record<string, unknown>[]> {
  const { status, body } = await api.ask(path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body['items'] as readonly Record<string, unknown>[];
}

async function issuesOf(query: string): Promise<readonly unknown[]> {
  return (await itemsOf(`/runs?${query}`)).map(({ issue }) => issue);
}

function byNumber(one: unknown, other: unknown): number {
  return Number(one) - Number(other);
}

const [first, second, third] = ['owner/name#11', 'owner/name#12', 'owner/name#13'] as const;

describe('the list of runs', () => {
  it('says of each in which phase it is, and that it waits for a person', async () => {
    expect(await itemsOf('/runs?limit=1')).toMatchObject([
      { issue: third, state: 'waiting', phase: 'analysis', waitsForPerson: true, winner: null },
    ]);
  });

  it('is searched by title, issue, repository and the beginning of an id, whatever their case', async () => {
    expect(await issuesOf('q=RATE%2012')).toEqual([second]);
    expect(await issuesOf('q=%2312')).toEqual([second]);
    expect(await issuesOf('q=Owner/Name%2312')).toEqual([]);
    expect(await issuesOf('q=nothing%20is%20called%20so')).toEqual([]);
    const [{ repository }] = (await itemsOf('/runs?limit=1')) as readonly [{ readonly repository: string }];
    expect(await issuesOf(`q=${encodeURIComponent(repository.slice(-11).toUpperCase())}`)).toEqual([third, second, first]);
    expect(await issuesOf(`q=${encodeURIComponent(`${repository.slice(-11)}#13`)}`)).toEqual([third]);
    expect(await issuesOf(`q=${displayId('run', runs[2]!).slice(0, 9)}`)).toEqual([first]);
    expect(await issuesOf(`q=rate&repository=${encodeURIComponent(repository)}`)).toHaveLength(3);
    expect(await issuesOf('repository=%2Felsewhere')).toEqual([]);
  });

  it('is narrowed to states, and goes on behind a page of what was found', async () => {
    expect(await issuesOf('state=waiting,running')).toEqual([third, second, first]);
    expect(await issuesOf('state=failed,completed')).toEqual([]);
    const { body } = await api.ask('/runs?state=waiting&q=rate&limit=2');
    expect(body['items']).toHaveLength(2);
    expect(await issuesOf(`state=waiting&q=rate&limit=2&cursor=${String(body['next'])}`)).toEqual([first]);
    expect((await api.ask('/runs?state=waiting,odd')).status).toBe(400);
  });
});

describe('what happened in a run', () => {
  it('has every decision, of the engine and of people, with who took it', async () => {
    const run = displayId('run', runs[1]!);
    expect((await api.ask(`/runs/${run}/pause`, { method: 'POST', body: { reason: 'not now' } })).status).toBe(200);
    expect((await api.ask(`/runs/${run}/resume`, { method: 'POST', body: {} })).status).toBe(200);
    const escalation = (await itemsOf('/escalations')).find((each) => each['run'] === run);
    const answer = { answer: 'approve', reason: 'Looks right.' };
    expect((await api.ask(`/escalations/${String(escalation!['id'])}/answer`, { method: 'POST', body: answer })).status).toBe(200);
    await stand.rests(runs[1]!);
    const decisions = await itemsOf(`/runs/${run}/decisions?limit=100`);
    expect(decisions.filter(({ kind }) => kind === 'person')).toMatchObject([
      { who: 'the-operate', what: 'pause', why: 'paused by the-operate: not now', taskId: null },
      { what: 'resume', taskId: null },
      { who: 'the-operate', what: 'yes', why: 'Go on? Looks right.', taskId: expect.any(String), options: null, confidence: null },
    ]);
    expect(decisions).toContainEqual(
      expect.objectContaining({ kind: 'engine', what: 'wait', why: expect.stringContaining('waits for checks') }),
    );
    expect(new Set(decisions.map(({ id }) => id)).size).toBe(decisions.length);
    expect(decisions.map(({ at }) => at)).toEqual(decisions.map(({ at }) => at).toSorted(byNumber));
    await stand.engine.cancel(runs[0]!, 'its label was taken off by bob (2)');
    expect((await itemsOf(`/runs/${displayId('run', runs[0]!)}/decisions?limit=100`)).at(-1)).toMatchObject({ who: 'bob (2)' });
    // An agent that ends a run does so in its own name.
    await stand.engine.cancel(runs[1]!, 'cancelled by ada (by an agent): asked by bob');
    expect((await itemsOf(`/runs/${run}/decisions?limit=100`)).at(-1)).toMatchObject({
      kind: 'person',
      who: 'ada (by an agent)',
      what: 'cancel',
    });
  });

  it('has every attempt with its number, and every task with when it began', async () => {
    const run = displayId('run', runs[1]!);
    const tasks = await itemsOf(`/runs/${run}/tasks`);
    const asking = tasks.find(({ phase }) => phase === 'analysis');
    expect(asking).toMatchObject({ planTask: null, world: null, startedAt: expect.any(Number) });
    const attempts = await itemsOf(`/runs/${run}/attempts?limit=100`);
    expect(attempts.map(({ startedAt }) => startedAt)).toEqual(attempts.map(({ startedAt }) => startedAt).toSorted(byNumber));
    expect(attempts.filter(({ task }) => task === asking!['id'])).toMatchObject([
      { number: 1, outcome: 'blocked', startedAt: asking!['startedAt'] },
      { number: 2, outcome: 'success' },
    ]);
    const page = await api.ask(`/runs/${run}/attempts?limit=1`);
    expect(await itemsOf(`/runs/${run}/attempts?limit=100&cursor=${String(page.body['next'])}`)).toEqual(attempts.slice(1));
  });
});

describe('money over time', () => {
  it('is told of the month and of a run, from nothing to all of it; what cannot be said is not', async () => {
    const spend = async (id: string, costMicroUsd: number): Promise<void> => {
      const call = {
        id,
        jobId: runs[2]!,
        taskId: 'task' as TaskId,
        planTask: undefined,
        world: undefined,
        purpose: 'agent',
        provider: 'x',
        model: 'y',
      };
      const end = { kind: 'answered', usage: noUsage, costMicroUsd, priceKnown: true, durationMs: 1 } as const;
      await stand.tools.ledger.money.record({ ...call, owner: 'me', limits: [] }, end);
    };
    await spend('one', 250_000);
    await spend('two', 500_000);
    const month = (await api.ask('/cost/burn')).body;
    expect(month).toMatchObject({ run: null, points: expect.any(Array), budgetUsd: expect.any(Number), forecast: null });
    expect((month['points'] as readonly object[])[0]).toEqual({ at: month['from'], spentUsd: 0 });
    expect((month['points'] as readonly object[]).at(-1)).toMatchObject({ spentUsd: 0.75 });
    const run = displayId('run', runs[2]!);
    const burn = (await api.ask(`/cost/burn?run=${run}`)).body;
    expect(burn).toMatchObject({ run, to: null, forecast: null });
    const points = burn['points'] as readonly object[];
    expect([points[0], points.at(-1)]).toMatchObject([{ spentUsd: 0 }, { spentUsd: 0.75 }]);
    expect((await api.ask('/cost/burn?run=run_zzzzzzzzzz')).status).toBe(404);
  });
});

describe('the service', () => {
  it('says how much there is to do, what is stuck, and how full its disk is', async () => {
    const { body } = await api.ask('/service');
    expect(body).toMatchObject({
      version: '1.2.3',
      queue: { ready: 0, running: 0, waiting: expect.any(Number) },
      oldestReadyMs: null,
      stuck: [],
      disk: { freeBytes: 5e9, parts: [{ name: 'worlds', bytes: 7, isPartial: false }], measuredAt: 1, isMeasuring: false },
    });
  });

  it('tells what would be removed, and takes hours', async () => {
    const asked = { method: 'POST', body: { dryRun: true, olderThanHours: 2 } } as const;
    expect((await api.ask('/service/collect', asked)).body).toEqual({
      dryRun: true,
      folders: [{ path: '/worlds/old', bytes: 7, why: 'unused for 7200000 ms' }],
      bytes: 7,
      recovered: ['One was.'],
    });
    expect((await api.ask('/service/collect', { ...asked, token: api.tokens.read })).status).toBe(403);
  });
});
