import type { monitorEventLoopDelay } from 'node:perf_hooks';
import type { TaskCounts } from '../../domain/job.ts';
import type { IsolationLevel } from '../../domain/machine.ts';
import { openStates } from './catalogue/work.ts';
import type { queueStates } from './catalogue/work.ts';
import type { Instruments } from './instruments.ts';
import type { Sources } from './sources.ts';

type QueueState = (typeof queueStates)[number];

/** Looks at everything that is as it is when somebody asks. */
export async function collect(instruments: Instruments, sources: Sources): Promise<void> {
  await Promise.all([
    sources.backlog().then((backlog) => tellBacklog(instruments, backlog)),
    sources.workers().then((workers) => tellWorkers(instruments, workers)),
    sources.spending().then((spending) => tellSpending(instruments, spending)),
    sources.budget().then(({ limitMicroUsd, spentMicroUsd }) => {
      instruments.set('budget_limit_usd', { scope: 'month' }, limitMicroUsd / microUsd);
      instruments.set('budget_spent_usd', { scope: 'month' }, spentMicroUsd / microUsd);
    }),
    sources.breakers().then((breakers) => {
      const values = breakers.map(({ kind, circuit }) => ({ labels: { kind, state: circuit }, value: 1 }));
      instruments.replace('circuit_breaker_state', values);
    }),
    sources.outbox().then(({ pending, oldestMs }) => {
      instruments.set('outbox_pending', {}, pending);
      instruments.set('outbox_oldest_age_seconds', {}, oldestMs / 1_000);
    }),
    sources.freeBytes().then((bytes) => instruments.set('disk_free_bytes', { mount: 'state' }, bytes)),
    sources.load().then(({ cpu, memory, disk }) => {
      instruments.set('host_used_ratio', { resource: 'cpu' }, cpu);
      instruments.set('host_used_ratio', { resource: 'memory' }, memory);
      instruments.set('host_used_ratio', { resource: 'disk' }, disk);
    }),
    sources.walls().then(({ best, required }) => {
      instruments.set('sandbox_level', {}, wallNumbers[best]);
      instruments.set('sandbox_level_required', {}, required === 'any' ? 1 : wallNumbers[required]);
    }),
  ]);
}

const microUsd = 1_000_000;

const wallNumbers: Readonly<Record<IsolationLevel, number>> = { limits: 0, seatbelt: 1, bubblewrap: 2, container: 3 };

function tellBacklog(instruments: Instruments, { counts, jobs, oldestReadyMs }: Awaited<ReturnType<Sources['backlog']>>): void {
  const values = Object.entries(queueBuckets).map(([state, buckets]) => ({
    labels: { state: state as QueueState },
    value: buckets.reduce((sum, bucket) => sum + (counts[bucket] ?? 0), 0),
  }));
  instruments.replace('task_queue_depth', values);
  instruments.replace(
    'jobs',
    openStates.map((state) => ({ labels: { state }, value: jobs[state] ?? 0 })),
  );
  instruments.set('task_queue_oldest_age_seconds', {}, oldestReadyMs / 1_000);
}

/** What has not ended, by what it waits for. */
const queueBuckets: Readonly<Record<QueueState, readonly (keyof TaskCounts)[]>> = {
  ready: ['ready'],
  running: ['running'],
  waiting: ['deps', 'children', 'capacity', 'paused', 'nobody'],
  retry: ['backoff', 'repair'],
  asks: ['person', 'event', 'budget', 'deadline'],
};

function tellWorkers(instruments: Instruments, workers: Awaited<ReturnType<Sources['workers']>>): void {
  const living = workers.filter(({ alive }) => alive);
  instruments.replace(
    'workers',
    living.map(({ host }) => ({ labels: { host }, value: 1 })),
  );
  instruments.replace(
    'running_tasks',
    workers.map(({ host, running }) => ({ labels: { host }, value: running })),
  );
}

function tellSpending(instruments: Instruments, spending: Awaited<ReturnType<Sources['spending']>>): void {
  for (const { model, calls, cached, usage, costMicroUsd } of spending) {
    instruments.raise('model_calls_total', { model, answer: 'asked' }, calls - cached);
    instruments.raise('model_calls_total', { model, answer: 'kept' }, cached);
    instruments.raise('model_tokens_total', { model, direction: 'input' }, usage.inputTokens);
    instruments.raise('model_tokens_total', { model, direction: 'output' }, usage.outputTokens);
    instruments.raise('model_tokens_total', { model, direction: 'cached' }, usage.cachedTokens);
    instruments.raise('model_cost_usd_total', { model }, costMicroUsd / microUsd);
  }
}

/** How late timers were since the last time it was asked for. */
export function tellLag(instruments: Instruments, lag: ReturnType<typeof monitorEventLoopDelay>): void {
  const seconds = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
  instruments.set('event_loop_lag_seconds', { at: 'p50' }, seconds(lag.percentile(50)));
  instruments.set('event_loop_lag_seconds', { at: 'p99' }, seconds(lag.percentile(99)));
  instruments.set('event_loop_lag_seconds', { at: 'most' }, seconds(lag.max));
  lag.reset();
}
