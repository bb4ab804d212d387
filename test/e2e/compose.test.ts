/** @module-tag campaign */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { WrittenLine } from '../../src/telemetry/log.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { noPrometheus, startPrometheus } from '../support/prometheus.ts';
import { temporaryFolder } from '../support/temporary.ts';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));
const launcher = fileURLToPath(new URL('../../bin/miyabi.js', import.meta.url));

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: unknown;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

const compose = parse(readFileSync(join(deploy, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const ours = ['server', 'worker-1', 'worker-2'] as const;
const lacking = noPostgres();

it('has what is needed to work on many machines and to watch it, and publishes nothing beyond this machine', () => {
  expect(Object.keys(compose.services).toSorted()).toEqual(['grafana', 'postgres', 'prometheus', ...ours].toSorted());
  for (const { ports = [], volumes = [] } of Object.values(compose.services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const volume of volumes.map((text) => text.split(':')[0] ?? '').filter((name) => !name.startsWith('.')))
      expect(Object.keys(compose.volumes)).toContain(volume);
  }
});

it.skipIf(lacking !== undefined)(
  `has services whose commands work as they stand there${lacking === undefined ? '' : ` { tags: ['campaign'] }, (${lacking})`}`,
  async () => {
    await using database = await freshPostgres({ empty: true });
    await using folder = await temporaryFolder('compose-');
    await using services = new AsyncDisposableStack();
    const urls = await Promise.all(
      ours.map(async (name) => {
        const service = await started(name, database.url, folder.path);
        services.defer(service.stop);
        return service.url;
      }),
    );
    for (const [index, name] of ours.entries()) {
      const [, program = '', ...words] = compose.services[name]?.healthcheck?.test ?? [];
      const asked = words.map((word) => word.replace('http://127.0.0.1:9464', urls[index] ?? ''));
      expect(asked.join(' ')).toContain(urls[index]);
      expect(spawnSync(program === 'node' ? process.execPath : program, asked).status).toBe(0);
    }
    const metrics = await (await fetch(`${urls[0]}/metrics`)).text();
    expect(metrics).toMatch(/^miyabi_workers\{host="[^"]+"\} 3$/m);
  },
);

const noMonitoring = lacking ?? noPrometheus();

it.skipIf(noMonitoring !== undefined)(
  `has services that tell a real Prometheus the same of what they share${noMonitoring === undefined ? '' : ` (${noMonitoring})`}`,
  async () => {
    await using database = await freshPostgres();
    await using folder = await temporaryFolder('compose-');
    await using services = new AsyncDisposableStack();
    const workers = [];
    for (const name of ['worker-1', 'worker-2'] as const) {
      const worker = await started(name, database.url, folder.path);
      services.defer(worker.stop);
      workers.push(new URL(worker.url).host);
    }
    await using prometheus = await startPrometheus(folder.path, ...workers);
    await prometheus.answers('count(up{job="miyabi"} == 1) == 2');
    await prometheus.answers('count(miyabi_task_queue_depth{state="ready"} == 0) == 2');
    await prometheus.answers('count(miyabi_workers == 2) == 2');
    // As the dashboard asks: never the sum over services of what each of them knows of all.
    await prometheus.answers('sum(max by (host) (miyabi_workers)) == 2');
    await prometheus.answers('sum by (version) (miyabi_build_info) == 2');
  },
);

/** A service as the file says, but for what belongs to its container: addresses, and where its state lies. */
async function started(name: (typeof ours)[number], database: string, folder: string) {
  const { command = [], environment = {} } = compose.services[name] ?? {};
  expect(environment['MIYABI_DATABASE_URL']).toMatch(/^postgres:\/\/miyabi:\$\{POSTGRES_PASSWORD:\?.*\}@postgres:5432\/miyabi$/);
  const words = command.map((word) => word.replace(/^0\.0\.0\.0:\d+$/, '127.0.0.1:0'));
  expect(command.slice(-2)).toEqual(['--monitor', '0.0.0.0:9464']);
  const home = join(folder, name);
  await mkdir(home);
  const service = spawn(process.execPath, [launcher, ...words], {
    env: { PATH: process.env['PATH'], HOME: home, XDG_STATE_HOME: home, MIYABI_DATABASE_URL: database },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { url: await toldUrl(service), stop: async () => await ended(service) };
}

/** Where it answers monitoring, once it takes tasks. */
async function toldUrl(service: ChildProcess): Promise<string> {
  const said: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: service.stderr! })) {
    said.push(line);
    const { text } = JSON.parse(line) as WrittenLine;
    url = /^Answers at (http:\S+):/.exec(text)?.[1] ?? url;
    if (url === undefined || !text.startsWith('Takes tasks')) continue;
    service.stderr?.resume();
    return url;
  }
  throw new Error(`It has ended and said: ${said.join('\n')}`);
}

async function ended(service: ChildProcess): Promise<void> {
  const exit = once(service, 'exit');
  service.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
}
