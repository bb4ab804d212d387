import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from './adapters/clock.ts';
import { createMachine } from './adapters/machine/create-machine.ts';
import type { Config } from './domain/config.ts';
import { noticesGroup } from './domain/job-groups.ts';
import { fromUsd } from './domain/money.ts';
import { monthKey } from './domain/money-scope.ts';
import type { ProviderFailure } from './domain/provider-failure.ts';
import { knownProviders } from './domain/providers.ts';
import { resolveConfig } from './domain/resolve-config.ts';
import type { EventCursor } from './domain/events.ts';
import type { OperationTools } from './operations/tools.ts';
import type { TelemetryHub } from './telemetry/create-telemetry.ts';
import { createMetrics } from './telemetry/metrics/create-metrics.ts';
import type { Metrics } from './telemetry/metrics/create-metrics.ts';
import type { KnownWords } from './telemetry/metrics/instruments.ts';
import { runningSpending } from './telemetry/metrics/running-spending.ts';
import type { Sources } from './telemetry/metrics/sources.ts';
import { phaseOfType } from './workflow/run-phases.ts';

/** Messages to people that are looked at; where there are more, something else is wrong. */
const mostMessages = 1_000;
/** Deployments of one run that are counted. */
const mostDeployments = 100;
/** What happens is counted together with what else happens within so long, in ms: it is asked for every few seconds at most. */
const paceMs = 1_000;
/** After a fault of the records, in ms. */
const afterFaultMs = 5_000;

/** The metrics of a service, counted from now on until they are disposed; a part of `app.ts`. @param tell hears what went wrong, in a sentence. */
export async function wireMetrics(
  tools: OperationTools,
  { telemetry, tell }: { readonly telemetry: TelemetryHub; readonly tell: (text: string) => void },
): Promise<Metrics & AsyncDisposable> {
  const { config } = resolveConfig(tools.ownConfiguration);
  const metrics = createMetrics({
    sources: sourcesOf(tools),
    known: knownWords(tools, config),
    phaseOf: phaseOfType,
    version: tools.version,
    clock: systemClock,
  });
  const listening = telemetry.listen(metrics.listener);
  const over = new AbortController();
  const following = follow(tools, metrics, { since: await tools.engine.newestEvent(), signal: over.signal, tell });
  return Object.assign(metrics, {
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      over.abort();
      await following;
      metrics[Symbol.dispose]();
    },
  });
}

function sourcesOf(tools: OperationTools): Sources {
  const { engine, ledger, clock, state } = tools;
  // Processor time is that since the last look: what decides how many worlds may run looks by itself.
  const machine = createMachine(state.root, systemClock);
  let seen: { readonly layers: OperationTools['ownConfiguration']; readonly config: Config } | undefined;
  // It may have been read again since.
  const configNow = (): Config => {
    const { ownConfiguration: layers } = tools;
    if (seen?.layers !== layers) seen = { layers, config: resolveConfig(layers).config };
    return seen.config;
  };
  return {
    backlog: async () => {
      const { counts, jobs, readySince } = await engine.backlog();
      return { counts, jobs, oldestReadyMs: readySince === undefined ? 0 : Math.max(0, clock.now() - readySince) };
    },
    workers: async () => await engine.workers(),
    spending: runningSpending(ledger.money, () => clock.now()),
    budget: async () => {
      const limit = { scope: 'month', key: monthKey(clock.now()), limitMicroUsd: fromUsd(configNow().budget.monthUsd) } as const;
      const [stand] = await ledger.money.stands([limit]);
      return { limitMicroUsd: limit.limitMicroUsd, spentMicroUsd: (stand?.spentMicroUsd ?? 0) + (stand?.reservedMicroUsd ?? 0) };
    },
    breakers: async () =>
      (await ledger.breakers.list()).map(({ key, circuit }) => ({
        kind: key.startsWith('provider:') ? 'provider' : 'world',
        circuit: circuit.kind,
      })),
    outbox: async () => {
      const messages = await engine.jobs({ open: true, groupKey: noticesGroup, limit: mostMessages });
      const oldest = messages.at(-1);
      return { pending: messages.length, oldestMs: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest.createdAt) };
    },
    freeBytes: tools.freeBytes,
    load: async () => await machine.load(),
    walls: async () => {
      const ladder = await tools.ladders.isolation();
      const best = ladder.find(({ usable }) => usable)?.level ?? 'limits';
      return { best, required: requiredWalls(configNow().isolation) };
    },
  };
}

function requiredWalls(asked: Config['isolation']): Awaited<ReturnType<Sources['walls']>>['required'] {
  switch (asked) {
    case 'auto':
      return 'any';
    case 'none':
      return 'limits';
    case 'container':
    case 'bubblewrap':
    case 'seatbelt':
      return asked;
  }
}

/** Series of these are there before anything happens to them. */
function knownWords({ forges }: OperationTools, { agent, models, notify, deploy }: Config): KnownWords {
  const named = [agent.model, agent.otherModel, models.small, models.large].filter((name) => name !== undefined);
  return {
    model: named,
    environment: deploy.projects.flatMap(({ environments }) => environments.map(({ name }) => name)),
    provider: [...knownProviders(models).keys()],
    failure: ['network', 'throttled', 'unavailable'] satisfies readonly ProviderFailure['kind'][],
    channel: Object.keys(notify.channels),
    forge: [...forges.names, 'unknown'],
    event: [''],
    result: ['accepted', 'repeated', 'ignored', 'unsigned'],
    reason: [''],
  };
}

/** Counts what happens to all jobs, and what runs leave when they have ended. A fault of the records is told once, and overcome. */
async function follow(
  { engine, ledger }: Pick<OperationTools, 'engine' | 'ledger'>,
  metrics: Metrics,
  { since, signal, tell }: { readonly since: EventCursor | undefined; readonly signal: AbortSignal; readonly tell: (text: string) => void },
): Promise<void> {
  let after = since;
  let complaint: string | undefined;
  while (!signal.aborted) {
    try {
      for await (const event of engine.eventsOfAll({ ...(after === undefined ? {} : { after }), follow: true, paceMs, signal })) {
        after = event.position;
        complaint = undefined;
        const ended = metrics.see(event);
        if (ended === undefined) continue;
        const [worlds, deployments] = await Promise.all([
          ledger.worlds.ofRun(ended),
          ledger.deployments.latest({ jobId: ended }, mostDeployments),
        ]);
        metrics.ended({ worlds, deployments });
      }
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      if (why !== complaint) tell(`What happens cannot be counted at the moment: ${why}`);
      complaint = why;
      await wait(afterFaultMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
