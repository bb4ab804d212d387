import { Failure } from './domain/failure.ts';
import { listenForHealth } from './server/health.ts';
import type { ListenAt, Listening } from './server/health.ts';
import { createMetrics } from './telemetry/metrics.ts';
import type { Engine, JobView } from './weaver/engine.ts';

/** Lets monitoring ask after a service; a part of `app.ts`. @throws Failure (configuration) where it cannot listen. */
export async function listenForMonitoring(engine: Engine, at: ListenAt): Promise<Listening> {
  const open = async () => await engine.jobs({ open: true });
  const metrics = createMetrics({
    tasks: async () => summed((await open()).map(({ counts }) => counts)),
    jobs: async () => summed((await open()).map(({ state }: JobView) => ({ [state]: 1 }))),
    workers: async () => await engine.workers(),
  });
  return await listenForHealth(at, {
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
  });
}

function summed(all: ReadonlyArray<Readonly<Record<string, number>>>): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
