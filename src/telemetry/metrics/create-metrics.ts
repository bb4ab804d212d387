import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Deployment } from '../../domain/deployment.ts';
import type { JobEvent } from '../../domain/events.ts';
import type { JobId } from '../../domain/ids.ts';
import type { RunPhase } from '../../domain/run-phase.ts';
import { agentNames } from '../../domain/world.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RecordedWorld } from '../../ports/world-ledger.ts';
import type { Listener } from '../create-telemetry.ts';
import { rollbackTriggers } from './catalogue/delivery.ts';
import { collect, tellLag } from './collect.ts';
import { countEvents } from './count-events.ts';
import { countOperation } from './count-operations.ts';
import { countSignal } from './count-signals.ts';
import { createInstruments } from './instruments.ts';
import type { Instruments, KnownWords } from './instruments.ts';
import { asOpenMetrics, openMetricsType, textType, wantsOpenMetrics } from './open-metrics.ts';
import type { Sources } from './sources.ts';

/** What the metrics of a service are made of. */
export interface MetricsRequest {
  readonly sources: Sources;
  /** From the configuration. */
  readonly known: KnownWords;
  readonly phaseOf: (taskType: string) => RunPhase | undefined;
  readonly version: string;
  /** Of this machine: when something came here, and not when it was written down. */
  readonly clock: Pick<Clock, 'now'>;
}

/** The metrics of a service, of its process and of the records it works on. */
export interface Metrics extends Disposable {
  /** @param accept the header with which it was asked for. */
  scrape(accept: string | undefined): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Counts what happens in this process. */
  readonly listener: Listener;
  /** Counts what happens to all jobs. @returns the run that has ended by it, if one has: {@link ended} is told of it. */
  see(event: JobEvent): JobId | undefined;
  /** What a run that has ended leaves in the records. */
  ended(left: { readonly worlds: readonly RecordedWorld[]; readonly deployments: readonly Deployment[] }): void;
}

/** In ms; finer would cost more than it tells. */
const lagResolutionMs = 20;

export function createMetrics({ sources, known, phaseOf, version, clock }: MetricsRequest): Metrics {
  const instruments = createInstruments(known);
  const events = countEvents(instruments, phaseOf);
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  lag.enable();
  const startedAt = clock.now() / 1_000;
  instruments.set('build_info', { version, node: process.versions.node }, 1);
  instruments.set('config_last_reload_success_timestamp_seconds', {}, startedAt);
  instruments.set('webhook_last_received_timestamp_seconds', {}, startedAt);
  return {
    async scrape(accept) {
      await collect(instruments, sources);
      tellLag(instruments, lag);
      const text = await instruments.text();
      return wantsOpenMetrics(accept) ? { contentType: openMetricsType, text: asOpenMetrics(text) } : { contentType: textType, text };
    },
    listener: {
      told: (signal) => countSignal(instruments, signal, clock.now()),
      ended: ({ operation }, end) => countOperation(instruments, operation, end),
    },
    see: (event) => events.see(event),
    ended({ worlds, deployments }) {
      for (const world of worlds) countWorld(instruments, world);
      for (const deployment of deployments) countDeployment(instruments, deployment);
    },
    [Symbol.dispose]: () => void lag.disable(),
  };
}

function countWorld({ add, observe }: Instruments, { agent: name, status, chosen, score }: RecordedWorld): void {
  const agent = agentNames.find((one) => one === name);
  if (agent === undefined || status === 'running' || status === 'harvested' || status === 'checked') return;
  add('worlds_finished_total', { agent, outcome: status });
  if (chosen) add('worlds_chosen_total', { agent });
  if (score !== undefined) observe('world_score_points', { agent }, score.total);
}

function countDeployment({ add }: Instruments, { environment, state, verdict }: Deployment): void {
  if (state === 'deploying' || state === 'watching' || state === 'rolling-back') return;
  add('deployments_total', { environment, outcome: state });
  if (state !== 'rolled-back' && state !== 'broken') return;
  const trigger = rollbackTriggers.find((one) => one === verdict?.rule) ?? 'other';
  add('rollbacks_total', { trigger, result: state === 'rolled-back' ? 'ok' : 'failed' });
}
