import { expect } from 'vitest';
import { z } from 'zod';
import { runFacts } from '../../../../../test/support/run-facts.ts';
import type { BaseEvidence } from '../../../../domain/evidence.ts';
import type { CommitId, JobId, RepositoryId, TaskId } from '../../../../domain/ids.ts';
import type { TaskSpec } from '../../../../domain/job.ts';
import { defineTaskType } from '../../../../domain/task-type.ts';
import type { CallEnd, NewCall } from '../../../../ports/model-ledger.ts';
import type { Ledger } from '../../../../ports/ledger.ts';
import type { Engine } from '../../../../weaver/engine.ts';
import { handle } from '../../../../weaver/handler.ts';
import type { Registration } from '../../../../weaver/handler.ts';

const stepType = defineTaskType({ name: 'test.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });
const commit = 'c'.repeat(40) as CommitId;

/** Longer than what databases leave unpacked, with what is difficult to write down. */
const long = `Größe, \u2028, \u{1F600} and "quotes"\n`.repeat(40);

/** Whose tasks fill every table of the engine. */
export const filling: readonly Registration[] = [
  handle(stepType, async ({ key, effect, children }) => {
    const decomposition = { join: 'resume', children: [{ type: 'test.step', key: 'child', payload: {} }] } as const;
    if (key === 'parent' && children.length === 0) return { kind: 'failure', reason: 'too large', observations: [long], decomposition };
    if (key === 'asks') return { kind: 'blocked', reason: 'asks', need: { from: 'person', signal: 'go', question: 'Go on?' } };
    if (key === 'acts') await effect({ name: 'merge', result: z.string(), probe: async () => undefined, act: async () => long });
    return { kind: 'success', result: { key, long } };
  }),
];

/** Two jobs, one of which comes to its end. @returns the one that waits. */
export async function fillEngine(engine: Engine): Promise<JobId> {
  await engine.limit({ of: 'type', name: 'test.step' }, 2);
  const step = (key: string, more: Partial<TaskSpec> = {}): TaskSpec => ({ type: 'test.step', key, payload: {}, ...more });
  const last = step('last', { dependencies: [{ on: 'acts', until: 'succeeded' }] });
  const tasks = [step('parent', { payload: { long } }), step('acts'), last];
  const { jobId: ended } = await engine.submit({ title: 'ended', attributes: { about: long }, tasks });
  const { jobId: waiting } = await engine.submit({ title: 'waiting', tasks: [step('asks')] });
  await using worker = await engine.work({ jobs: [ended, waiting], concurrency: 2 });
  expect(await worker.settled(ended)).toBe('completed');
  expect(await worker.settled(waiting)).toBe('waiting');
  return waiting;
}

/** A row in every table of the ledger that is moved, and in those that are not. */
export async function fillLedger(ledger: Ledger, jobId: JobId): Promise<void> {
  const { id: repositoryId } = await ledger.repository('/project');
  const taskId = 'a task' as TaskId;
  const none = { kind: 'none', reason: long } as const;
  const check = { commit, install: none, build: none, typeCheck: none, tests: none, lint: none };
  const evidence: BaseEvidence = { check, failing: ['a'], flaky: [], passing: [] };
  await ledger.saveBaseEvidence(repositoryId, commit, 'plan', evidence);
  await ledger.saveRunEvidence(jobId, commit, 'plan', evidence);
  await ledger.keep({ long });
  await ledger.recordFolder({ directory: '/w/a', repositoryId, jobId, createdAt: 1 });
  await ledger.slots.take('/w/a');
  const world = { planTask: 'task-1', round: 1, world: 'alpha', agent: 'repair', settings: '' } as const;
  await ledger.worlds.begin({ taskId, epoch: 1, jobId, repositoryId, ...world });
  await ledger.worlds.incident({ taskId, jobId }, { kind: 'network', detail: long, count: 1, at: 1, stopped: true });
  const undecided = { winner: undefined, commit: undefined, decidedBy: undefined, plainWinner: undefined };
  await ledger.choices.record({ taskId, jobId, repositoryId, candidates: 1, confidence: 1 / 3, ...undecided });
  const learnt = { issue: undefined, title: 'one', body: long, plan: [], outcome: 'failed', paths: ['a'], labels: [] } as const;
  await ledger.statistics.keep({ jobId, repositoryId, endedAt: 1, facts: runFacts() });
  await ledger.checkpoints.record({ jobId, at: 1, running: [], counts: { running: 1 }, costMicroUsd: 1 }, 1);
  await ledger.knowledge.save({ id: `run:${jobId}`, kind: 'run', repositoryId, ...learnt, diff: long, errors: [], lessons: [long], at: 1 });
  await ledger.deliveries.save({ forge: 'github', id: 'one', event: 'issues', receivedAt: 1, outcome: 'accepted' });
  await ledger.deliveries.saveSwept('github', 'owner/name', 1);
  const pullRequest = { forge: 'github', repository: 'owner/name', number: 1, url: '', branch: 'one', commit, state: 'open' } as const;
  await ledger.pullRequests.save({ jobId, ...pullRequest });
  await ledger.deployments.release(repositoryId, commit, 'recipe', 1);
  await ledger.deployments.block(repositoryId, commit, long, 1);
  const opened = await ledger.deployments.open({ repositoryId, environment: 'one', release: 1, jobId, key: 'one', at: 1 });
  if (opened.kind !== 'held') await ledger.deployments.note(opened.deployment.id, [{ at: 1, text: 'one' }]);
  await ledger.apiAccesses.create({ id: 'one', kind: 'token', name: 'one', scope: 'read', digest: 'd'.repeat(64), expiresAt: undefined });
  await ledger.knowledge.noteErrors(jobId, [{ signature: long, message: long }]);
  await ledger.questions.ask({ jobId, key: 'one', taskId, text: long });
  await fillAnswers(ledger, jobId, repositoryId);
  const breaker = { failures: 5, coolMs: 60_000, successes: 2 };
  await ledger.breakers.report({ key: 'one', name: 'one' }, { holder: 'a', outcome: 'failure' }, breaker);
  await spend(ledger, jobId);
  await ledger.rates.take('one', 10, { requests: 3, tokens: 1_000, windowMs: 60_000 });
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await ledger.responses.put('one', { status: 200, headers: [['a', 'b']], body }, { most: 10, maxAgeMs: 60_000 });
}

async function fillAnswers(ledger: Ledger, jobId: JobId, repositoryId: RepositoryId): Promise<void> {
  const given = { jobId, kind: 'plan', question: long, by: 'one', reason: long, scope: 'always' } as const;
  const told = { taskId: 'a task' as TaskId, severity: 'low', title: long, issue: 'one', answer: 'approve', how: 'api' } as const;
  const none = { world: undefined, standing: undefined, resumedAt: undefined };
  await ledger.answers.record({ id: 'one', ...given, ...told, ...none, askedAt: 1, answeredAt: 2 });
  await ledger.standingAnswers.give({ ...given, givenTo: 'one', repositoryId, about: '', at: 2 });
  const from = 'another' as JobId;
  await ledger.followUps.record({ jobId, from, kind: 'fix', planTask: 'one', world: 'alpha', commit, by: 'one', reason: long, at: 1 });
}

async function spend(ledger: Ledger, jobId: JobId): Promise<void> {
  const limits: NewCall['limits'] = [{ scope: 'run', key: jobId, limitMicroUsd: 1_000 }];
  const by = {
    jobId,
    taskId: 'a task' as TaskId,
    planTask: undefined,
    world: undefined,
    purpose: 'agent',
    provider: 'one',
    model: 'small',
  };
  const usage = { inputTokens: 1, outputTokens: 2, cachedTokens: 0, cacheWriteTokens: 0 };
  const end: CallEnd = { kind: 'answered', usage, costMicroUsd: 30, priceKnown: true, durationMs: 12.4 };
  for (const id of ['settled', 'open']) await ledger.money.reserve({ ...by, id, owner: 'p-one', mostMicroUsd: 100, limits });
  await ledger.money.settle('settled', end);
}
