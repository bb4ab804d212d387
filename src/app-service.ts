import { fileURLToPath } from 'node:url';
import { wireMetrics } from './app-metrics.ts';
import { apiRoot } from './domain/api/operation.ts';
import { Failure } from './domain/failure.ts';
import { resolveConfig } from './domain/resolve-config.ts';
import { makeSignInLink } from './operations/access/sign-in-links.ts';
import { forgeSettings } from './operations/intake/tools.ts';
import { receiveDelivery } from './operations/intake/receive-delivery.ts';
import type { ListenRequest, OperationTools, Place, ServiceAnswers, ServiceDoor } from './operations/tools.ts';
import { apiRoutes } from './server/api/api.ts';
import { isLoopback } from './server/api/own-address.ts';
import { allRoutes } from './server/api/routes.ts';
import { dashboardRoutes, isDashboardBuilt } from './server/dashboard.ts';
import { healthRoutes, monitoringRoutes } from './server/health.ts';
import type { HealthSources } from './server/health.ts';
import { listen } from './server/listen.ts';
import type { Listening, Routes } from './server/listen.ts';
import { webhookRoutes } from './server/webhooks.ts';
import type { TelemetryHub } from './telemetry/create-telemetry.ts';
import type { Metrics } from './telemetry/metrics/create-metrics.ts';
import type { Engine } from './weaver/engine.ts';

/** How long the body of a webhook may take to come, in ms. */
const bodyMs = 10_000;
const megabyte = 1_000_000;

/**
 * Lets people and programs ask and answer, monitoring ask after a service, and forges that have a secret for it tell what happens there; a part of
 * `app.ts`.
 *
 * @throws Failure (configuration) where it cannot listen, or would let nobody in whom it could tell from others.
 */
export async function listenAsService(
  tools: OperationTools,
  {
    at,
    orAnyPort = false,
    monitor,
    user,
    tell,
    draining,
    telemetry,
    dashboard = builtDashboard,
  }: ListenRequest & { readonly telemetry: TelemetryHub; readonly dashboard?: string | undefined },
): Promise<ServiceAnswers> {
  if (at !== undefined) await refuseOpenDoor(tools, at.host);
  await using opening = new AsyncDisposableStack();
  const metrics = opening.use(await wireMetrics(tools, { telemetry, tell }));
  const health = healthOf(tools.engine, metrics, draining);
  const doors: ServiceDoor[] = [];
  if (at !== undefined) {
    const webhooks = await webhooksOf(tools, tell);
    const failed = (error: unknown): void => tell(`Something asked of the API could not be done: ${told(error)}`, 'error');
    const own = { host: at.host, names: resolveConfig(tools.ownConfiguration).config.server.hosts };
    const closing = new AbortController();
    const api = apiRoutes({ tools, routes: allRoutes(tools, failed, closing.signal), own, metrics: health.metrics, failed });
    const pages = await dashboardRoutes({ folder: dashboard, own });
    const { url, instead } = opening.use(await listenSomewhere(at, orAnyPort, [healthRoutes(health), webhooks.routes, api, pages]));
    opening.use(await tools.openDoors.tell(hereAt(url)));
    // Before the connections are closed.
    opening.defer(() => closing.abort());
    const signIn = isLoopback(at.host) ? { signIn: await makeSignInLink(tools, url, user) } : {};
    const notes = [...(instead ? [portTaken(at)] : []), ...((await isDashboardBuilt(dashboard)) ? [] : [notBuilt])];
    doors.push({ url, paths: ['/', apiRoot, ...webhooks.paths, ...monitored], notes, ...signIn });
  }
  if (monitor !== undefined) {
    const { url } = opening.use(await listen(monitor, [monitoringRoutes(health)]));
    doors.push({ url, paths: monitored, notes: [] });
  }
  const open = opening.move();
  return { doors, [Symbol.asyncDispose]: async () => await open.disposeAsync() };
}

/** Beside the code of this package, also where that runs from its sources. */
const builtDashboard = fileURLToPath(new URL('../dist/dashboard', import.meta.url));
const notBuilt = 'The dashboard is not built in this checkout: `npm run build` builds it.';

function portTaken({ host, port }: Place): string {
  return `Another program listens at ${host}:${port}; this one took a port that is free. Name one with --listen to have the same each time.`;
}

/** @returns `instead`: at a port that was free, the wanted one being taken. @throws Failure (configuration) where it cannot listen. */
async function listenSomewhere(
  at: Place,
  orAnyPort: boolean,
  routes: readonly Routes[],
): Promise<Listening & { readonly instead: boolean }> {
  try {
    return { ...(await listen(at, routes)), instead: false };
  } catch (error) {
    const cause = error instanceof Failure && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined;
    if (!orAnyPort || cause !== 'EADDRINUSE') throw error;
    return { ...(await listen({ host: at.host, port: 0 }, routes)), instead: true };
  }
}

/** As programs of this machine reach it. */
function hereAt(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

const monitored = ['/health/live', '/health/ready', '/healthz', '/metrics'];

async function webhooksOf(
  tools: OperationTools,
  tell: ListenRequest['tell'],
): Promise<{ readonly routes: Routes; readonly paths: readonly string[] }> {
  const { telemetry } = tools;
  const readers = await tools.forges.readers();
  const routes = webhookRoutes({
    readers,
    receive: async (reader, delivery) =>
      await telemetry.measure({ kind: 'webhook', name: 'webhook receive', facts: { forge: reader.forge } }, async ({ end, note }) => {
        const delivered = await receiveDelivery(tools, reader, delivery);
        end(delivered.kind);
        if (delivered.kind === 'accepted') note({ job: delivered.jobId });
        return delivered;
      }),
    mostBytes: forgeSettings(tools).webhookMegabytes * megabyte,
    bodyMs,
    count: (came) => telemetry.tell({ type: 'webhook.received', ...came }),
    failed: (error) => tell(`A webhook could not be taken in: ${String(error)}`, 'error'),
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

function healthOf(engine: Engine, metrics: Metrics, draining: AbortSignal): HealthSources {
  return {
    unready: async () => {
      if (draining.aborted) return 'It is being stopped: what runs comes to its end, and nothing new is taken.';
      try {
        await engine.jobs({ open: true, limit: 1 });
        return undefined;
      } catch (error) {
        if (error instanceof Failure) return `${error.text.what} ${error.text.why}`;
        throw error;
      }
    },
    metrics: async (accept) => await metrics.scrape(accept),
  };
}
