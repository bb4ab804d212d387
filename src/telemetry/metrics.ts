import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Listener } from './create-telemetry.ts';

/** What is measured when somebody asks, each as it is then. */
export interface Sources {
  /** Tasks of the jobs that have not ended, by state as people read it. */
  readonly tasks: () => Promise<Readonly<Record<string, number>>>;
  /** Jobs that have not ended, by state. */
  readonly jobs: () => Promise<Readonly<Record<string, number>>>;
  /** Programs that execute tasks, and how many each executes. */
  readonly workers: () => Promise<ReadonlyArray<{ readonly host: string; readonly alive: boolean; readonly running: number }>>;
}

/** Metrics in the text format of Prometheus. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** Counts what happens in this process. */
  readonly listener: Listener;
}

/**
 * The metrics of a service: those of its process, and those of the records it works on, which every service on one database answers alike.
 * Labels are bounded: states, machines, configured forges, and short words.
 */
export function createMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'miyabi_' });
  gauge(registry, 'miyabi_tasks', 'Tasks of jobs that have not ended, by state.', 'state', sources.tasks);
  gauge(registry, 'miyabi_jobs', 'Jobs that have not ended, by state.', 'state', sources.jobs);
  gauge(registry, 'miyabi_workers', 'Programs that execute tasks, by machine.', 'host', async () =>
    byHost((await sources.workers()).filter(({ alive }) => alive).map(({ host }) => ({ host, count: 1 }))),
  );
  gauge(registry, 'miyabi_running_tasks', 'Tasks that are being executed, by machine.', 'host', async () =>
    byHost((await sources.workers()).map(({ host, running }) => ({ host, count: running }))),
  );
  const deliveries = new Counter({
    name: 'miyabi_deliveries_total',
    help: 'Webhooks that came, by forge, what became of them, and why where nothing did.',
    labelNames: ['forge', 'outcome', 'reason'],
    registers: [registry],
  });
  const reasonLabel = boundedLabel();
  return {
    contentType: registry.contentType,
    text: async () => await registry.metrics(),
    listener: {
      told(signal) {
        if (signal.type !== 'webhook.received') return;
        const { forge, outcome, reason = '' } = signal;
        deliveries.inc({ forge, outcome, reason: reasonLabel(reason) });
      },
    },
  };
}

/** Different words that a label takes; each is kept for as long as the service lives. */
const mostWords = 100;

/** Lets short words through, so many different ones; all others are `other`. */
function boundedLabel(): (word: string) => string {
  const known = new Set<string>();
  return (word) => {
    if (word === '' || known.has(word)) return word;
    if (known.size >= mostWords || !/^[a-z\d-]{1,40}$/.test(word)) return 'other';
    known.add(word);
    return word;
  };
}

/** Asked anew each time it is read: what is there no more is shown no more. */
function gauge(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  values: () => Promise<Readonly<Record<string, number>>>,
): void {
  const shown = new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [],
    async collect() {
      const now = await values();
      this.reset();
      for (const [value, count] of Object.entries(now)) this.set({ [label]: value }, count);
    },
  });
  registry.registerMetric(shown);
}

function byHost(counted: ReadonlyArray<{ readonly host: string; readonly count: number }>): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { host, count } of counted) sums[host] = (sums[host] ?? 0) + count;
  return sums;
}
