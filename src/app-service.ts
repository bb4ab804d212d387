import { apiRoot } from './domain/api/operation.ts';
import { Failure } from './domain/failure.ts';
import { resolveConfig } from './domain/resolve-config.ts';
import { forgeSettings } from './operations/intake/tools.ts';
import { receiveDelivery } from './operations/intake/receive-delivery.ts';
import type { ListenRequest, OperationTools, ServiceAnswers, ServiceDoor } from './operations/tools.ts';
import { apiRoutes } from './server/api/api.ts';
import { isLoopback } from './server/api/own-address.ts';
import { allRoutes } from './server/api/routes.ts';
import { signInPath } from './server/api/sign-in.ts';
import { SignInLinks } from './server/api/sign-in-links.ts';
import { healthRoutes, monitoringRoutes } from './server/health.ts';
import type { HealthSources } from './server/health.ts';
import { listen } from './server/listen.ts';
import type { Routes } from './server/listen.ts';
import { webhookRoutes } from './server/webhooks.ts';
import { createMetrics } from './telemetry/metrics.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { Engine, JobView } from './weaver/engine.ts';

/** How long the body of a webhook may take to come, in ms. */
const bodyMs = 10_000;
const megabyte = 1_000_000;

/**
 * Lets people and programs ask and answer, monitoring ask after a service, and forges that have a secret for it tell what happens there; a part of
 * `app.ts`.
 *
 * @throws Failure (configuration) where it cannot listen, or would let nobody in whom it could tell from others.
 */
export async function listenAsService(tools: OperationTools, { at, monitor, user, tell }: ListenRequest): Promise<ServiceAnswers> {
  if (at !== undefined) await refuseOpenDoor(tools, at.host);
  const metrics = metricsOf(tools.engine);
  const health = healthOf(tools.engine, metrics);
  const links = new SignInLinks(() => tools.clock.monotonic());
  await using opening = new AsyncDisposableStack();
  const doors: ServiceDoor[] = [];
  if (at !== undefined) {
    const webhooks = await webhooksOf(tools, metrics, tell);
    const failed = (error: unknown): void => tell(`Something asked of the API could not be done: ${told(error)}`);
    const own = { host: at.host, names: resolveConfig(tools.ownConfiguration).config.server.hosts };
    const api = apiRoutes({ tools, routes: allRoutes(tools, failed), own, links, user, metrics: health.metrics, failed });
    const { url } = opening.use(await listen(at, [healthRoutes(health), webhooks.routes, api]));
    const signIn = isLoopback(at.host) ? { signIn: `${url}${signInPath}?once=${links.make()}` } : {};
    doors.push({ url, paths: [apiRoot, ...webhooks.paths, ...monitored], ...signIn });
  }
  if (monitor !== undefined) {
    const { url } = opening.use(await listen(monitor, [monitoringRoutes(health)]));
    doors.push({ url, paths: monitored });
  }
  const open = opening.move();
  return { doors, [Symbol.asyncDispose]: async () => await open.disposeAsync() };
}

const monitored = ['/health/live', '/health/ready', '/metrics'];

async function webhooksOf(
  tools: OperationTools,
  metrics: Metrics,
  tell: ListenRequest['tell'],
): Promise<{ readonly routes: Routes; readonly paths: readonly string[] }> {
  const readers = await tools.forges.readers();
  const routes = webhookRoutes({
    readers,
    receive: async (reader, delivery) => await receiveDelivery(tools, reader, delivery),
    mostBytes: forgeSettings(tools).webhookMegabytes * megabyte,
    bodyMs,
    count: (forge, outcome, reason) => metrics.delivered(forge, outcome, reason),
    failed: (error) => tell(`A webhook could not be taken in: ${String(error)}`),
  });
  return { routes, paths: readers.map(({ forge }) => `/webhooks/${forge}`) };
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** @throws Failure (configuration) where others than programs of this machine could ask, and nobody has a token by which to tell who may. */
async function refuseOpenDoor({ ledger }: OperationTools, host: string): Promise<void> {
  if (isLoopback(host) || (await ledger.apiAccesses.list()).some(({ kind }) => kind === 'token')) return;
  throw new Failure(
    'configuration',
    {
      what: `Nothing is answered at ${host}: there is no token yet.`,
      why: 'Others than you can reach this address, and could not be told from you.',
      fix: 'Make a token first: `miyabi token create <name> --scope operate`. Or listen at 127.0.0.1. For monitoring alone there is --monitor.',
    },
    { facts: { host } },
  );
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
