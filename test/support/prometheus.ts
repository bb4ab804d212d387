import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** Where the configuration of Prometheus lies that is shipped. */
export const prometheusFolder = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));

/** Why there is none here; undefined where there is. */
export function noPrometheus(): string | undefined {
  const missing = ['prometheus', 'promtool'].filter((program) => spawnSync(program, ['--version']).error !== undefined);
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not installed`;
}

export interface PrometheusStand extends AsyncDisposable {
  /** What an expression comes to now: its samples. @throws where it is none. */
  ask(
    expression: string,
  ): Promise<readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[]>;
  /** Resolves once it has data for it; Prometheus tells nobody when it has looked. */
  answers(expression: string, withinMs?: number): Promise<void>;
  /** Names of alerts that are told. */
  alerts(): Promise<readonly string[]>;
}

/** A real one with the configuration and the rules that are shipped, but for whom it asks and how often. @param targets each `host:port` */
export async function startPrometheus(folder: string, ...targets: readonly string[]): Promise<PrometheusStand> {
  const place = join(folder, 'prometheus');
  await mkdir(place);
  const config = (await readFile(join(prometheusFolder, 'prometheus.yaml'), 'utf8'))
    .replace(/scrape_interval: \S+/, 'scrape_interval: 1s')
    .replace(/evaluation_interval: \S+/, 'evaluation_interval: 1s')
    .replace(/targets: .*/, `targets: ${JSON.stringify(targets)}`);
  expect(config).toContain(JSON.stringify(targets));
  await writeFile(join(place, 'prometheus.yaml'), config);
  for (const name of ['recording.yaml', 'alerts.yaml']) await writeFile(join(place, name), await readFile(join(prometheusFolder, name)));
  const port = await freePort();
  const words = [`--config.file=${join(place, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(place, 'data')}`];
  const server = spawn('prometheus', [...words, `--web.listen-address=127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error(said.join(''))));
    server.stderr.on('data', (chunk: Buffer) => {
      said.push(String(chunk));
      if (said.join('').includes('ready to receive web requests')) resolve();
    });
  });
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const body = (await answer.json()) as { readonly data?: unknown; readonly error?: string };
    if (!answer.ok) throw new Error(`${path}: ${body.error ?? answer.statusText}`);
    return body.data;
  };
  const ask: PrometheusStand['ask'] = async (expression) =>
    ((await get(`query?query=${encodeURIComponent(expression)}`)) as { readonly result: Awaited<ReturnType<PrometheusStand['ask']>> })
      .result;
  return {
    ask,
    answers: async (expression, withinMs = 20_000) => {
      await expect.poll(async () => (await ask(expression)).length, { message: expression, timeout: withinMs }).toBeGreaterThan(0);
    },
    alerts: async () => {
      const { alerts } = (await get('alerts')) as { readonly alerts: ReadonlyArray<{ readonly labels: { readonly alertname: string } }> };
      return alerts.map(({ labels }) => labels.alertname);
    },
    [Symbol.asyncDispose]: async () => {
      const exit = once(server, 'exit');
      server.kill('SIGTERM');
      await exit;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
