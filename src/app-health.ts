import { Failure } from './domain/failure.ts';
import { forgeSettings } from './operations/intake/tools.ts';
import { receiveDelivery } from './operations/intake/receive-delivery.ts';
import type { OperationTools, ServiceAnswers } from './operations/tools.ts';
import { healthRoutes } from './server/health.ts';
import type { HealthSources } from './server/health.ts';
import { listen } from './server/listen.ts';
import { webhookRoutes } from './server/webhooks.ts';
import { createMetrics } from './telemetry/metrics.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { Engine, JobView } from './weaver/engine.ts';

/** How long the body of a webhook may take to come, in ms. */
const bodyMs = 10_000;
const megabyte = 1_000_000;

/**
 * Lets monitoring ask after a service, and forges that have a secret for it tell what happens there; a part of `app.ts`.
 *
 * @throws Failure (configuration) where it cannot listen.
 */
export async function listenAsService(
  tools: OperationTools,
  { host, port, tell }: Parameters<OperationTools['listen']>[0],
): Promise<ServiceAnswers> {
  const metrics = metricsOf(tools.engine);
  const readers = await tools.forges.readers();
  const webhooks = webhookRoutes({
    readers,
    receive: async (reader, delivery) => await receiveDelivery(tools, reader, delivery),
    mostBytes: forgeSettings(tools).webhookMegabytes * megabyte,
    bodyMs,
    count: (forge, outcome, reason) => metrics.delivered(forge, outcome, reason),
    failed: (error) => tell(`A webhook could not be taken in: ${String(error)}`),
  });
  const listening = await listen({ host, port }, [healthRoutes(healthOf(tools.engine, metrics)), webhooks]);
  return {
    url: listening.url,
    paths: ['/health/live', '/health/ready', '/metrics', ...readers.map(({ forge }) => `/webhooks/${forge}`)],
    [Symbol.asyncDispose]: async () => await listening[Symbol.asyncDispose](),
  };
}

function metricsOf(engine: Engine): Metrics {
  const open = async () => await engine.jobs({ open: true });
  return createMetrics({
    tasks: async () => summed((await open()).map(({ counts }) => counts)),
    jobs: async () => summed((await open()).map(({ state }: JobView) => ({ [state]: 1 }))),
    workers: async () => await engine.workers(),
  });
}

function healthOf(engine: Engine, metrics: Metrics): HealthSources {
  return {
    unready: async () => {
      try {
        await engine.jobs({ open: true, limit: 1 });
        return undefined;
      } catch (error) {
        if (error instanceof Failure) return `${error.text.what} ${error.text.why}`;
        throw error;
      }
    },
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
  };
}

function summed(all: ReadonlyArray<Readonly<Record<string, number>>>): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
