import { afterEach, expect, it } from 'vitest';
import { monitoringRoutes } from './health.ts';
import type { HealthSources } from './health.ts';
import { listen as listenAt } from './listen.ts';
import type { ListenAt, Listening } from './listen.ts';

let listening: Listening | undefined;

afterEach(async () => {
  await listening?.[Symbol.asyncDispose]();
  listening = undefined;
});

async function listenForHealth(at: ListenAt, sources: HealthSources): Promise<Listening> {
  return await listenAt(at, [monitoringRoutes(sources)]);
}

async function listen(unready: string | undefined): Promise<string> {
  listening = await listenForHealth(
    { host: '127.0.0.1', port: 0 },
    { unready: async () => unready, metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'miyabi_jobs 1\n' }) },
  );
  return listening.url;
}

it('says that it lives, that it can work, and what there is to do', async () => {
  const url = await listen(undefined);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const metrics = await fetch(`${url}/metrics`);
  expect([metrics.headers.get('content-type'), await metrics.text()]).toEqual(['text/plain; version=0.0.4', 'miyabi_jobs 1\n']);
  expect((await fetch(`${url}/else`)).status).toBe(404);
});

it('lives also when it cannot work, and says why', async () => {
  const url = await listen('the database is out of reach');
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  const ready = await fetch(`${url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'unready', why: 'the database is out of reach' }]);
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
});

it('answers what was asked before it was stopped, and nothing after', async () => {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  listening = await listenForHealth(
    { host: '127.0.0.1', port: 0 },
    {
      unready: async () => {
        asked.resolve();
        return await answer.promise;
      },
      metrics: async () => ({ contentType: '', text: '' }),
    },
  );
  const { url } = listening;
  const answered = fetch(`${url}/health/ready`);
  await asked.promise;
  const stopped = listening[Symbol.asyncDispose]();
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  answer.resolve(undefined);
  expect((await answered).status).toBe(200);
  await stopped;
});

it('says where it cannot listen, and what to do', async () => {
  const port = Number(new URL(await listen(undefined)).port);
  const sources = { unready: async () => undefined, metrics: async () => ({ contentType: '', text: '' }) };
  const refused = listenForHealth({ host: '127.0.0.1', port }, sources);
  await expect(refused).rejects.toThrow(`Nothing can listen at 127.0.0.1:${port}.`);
  await expect(refused).rejects.toThrow('--monitor');
});
