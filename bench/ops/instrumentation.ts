import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { openApp } from '../../src/app.ts';
import { parseIssue } from '../../src/domain/issue.ts';
import { startRun } from '../../src/operations/start.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import { endOfCommand, makeProject, startMiyabi, untestedProject } from '../../test/support/miyabi.ts';
import { atMost, figure } from '../support/figures.ts';
import type { Part } from '../support/parts.ts';
import { median } from '../support/statistics.ts';

/** Of the clock by which Linux counts processor time. */
const ticksPerSecond = 100;
const lookEveryMs = 50;
const scrapeEveryMs = 1_000;

/** What a service needed for the same runs. */
interface Needed {
  readonly seconds: number;
  /** Of the service and of every program that it has waited for. */
  readonly cpuSeconds: number;
  /** Of the service alone. */
  readonly ownCpuSeconds: number;
}

/**
 * What logs, metrics and traces cost together: the same runs carried by a service that writes down errors alone, is asked nothing and has no collector; and by
 * one that writes lines of JSON to a file, is scraped each second, and sends every trace to a collector. Taken in turns.
 */
export const instrumentation: Part = {
  name: 'instrumentation',
  measure: async (bench) => {
    const runs = bench.quick ? 4 : 20;
    const rounds = bench.quick ? 2 : 7;
    await using collector = await startCollector();
    const [plain, told]: [Needed[], Needed[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const sides = [
        async () => void plain.push(await carry(bench.folder(), runs, undefined)),
        async () => void told.push(await carry(bench.folder(), runs, collector.url)),
      ];
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side();
    }
    const more = (pick: (one: Needed) => number): number => 100 * (median(told.map((one, index) => pick(one) / pick(plain[index]!))) - 1);
    const how = `median of ${rounds} pairs, ${runs} runs of three worlds each, one after the other's; ${collector.received()} requests to the collector`;
    return {
      figures: [
        figure(
          'instrumentation throughput lost',
          more(({ seconds }) => seconds),
          '%',
          { goal: atMost(3), detail: how },
        ),
        figure(
          'instrumentation processor time',
          more(({ cpuSeconds }) => cpuSeconds),
          '%',
          {
            goal: atMost(5),
            detail: `the service and its programs, ${median(plain.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1)} s without`,
          },
        ),
        figure(
          'instrumentation own processor time',
          more(({ ownCpuSeconds }) => ownCpuSeconds),
          '%',
          {
            detail: `the service alone, ${median(plain.map(({ ownCpuSeconds }) => ownCpuSeconds)).toFixed(1)} s without`,
          },
        ),
      ],
    };
  },
};

/** A collector that takes whatever comes. */
async function startCollector() {
  let received = 0;
  const server = createServer((request, response) => {
    received += 1;
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Submits the runs, and then lets a service carry them that is begun for it. */
async function carry(folder: string, runs: number, collector: string | undefined): Promise<Needed> {
  const state = join(folder, 'state');
  const settings = {
    agent: { name: 'command', command: 'echo "$MIYABI_WORLD" > world.txt' },
    worlds: { count: 3 },
    isolation: 'none',
    disk: { freeGigabytes: 0 },
    log: collector === undefined ? { level: 'error' } : { level: 'info', file: join(folder, 'log.jsonl') },
    ...(collector === undefined ? {} : { telemetry: { otlp: { endpoint: collector } } }),
  };
  mkdirSync(join(folder, 'config/miyabi'), { recursive: true });
  writeFileSync(join(folder, 'config/miyabi/config.json'), JSON.stringify(settings));
  const environment = { PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') };
  await using app = await openApp({ environment, version: '0.0.0', flags: {}, stateRoot: state });
  const repository = await makeProject(join(folder, 'project'), untestedProject);
  for (let run = 0; run < runs; run += 1) {
    await startRun(app.tools, {
      issue: parseIssue(`Say which world it was, ${run}`, { kind: 'text' })!,
      repository,
      base: undefined,
      into: undefined,
      approveAll: true,
      startedBy: { how: 'terminal', who: 'ada' },
    });
  }
  const watched = collector === undefined ? [] : ['--monitor', '127.0.0.1:0'];
  const service = startMiyabi(['serve', '--listen', 'none', '--worlds', '2', ...watched], {
    cwd: folder,
    state,
    env: { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') },
  });
  const over = new AbortController();
  const scraping = collector === undefined ? undefined : scrapeAt(service.stderr, over.signal);
  service.stderr.resume();
  const began = performance.now();
  await allEnded(app.tools, service);
  const needed = { seconds: (performance.now() - began) / 1_000, ...cpuOf(service.pid!) };
  over.abort();
  await scraping;
  service.kill('SIGTERM');
  await endOfCommand(service);
  return needed;
}

async function allEnded({ engine }: OperationTools, service: ReturnType<typeof startMiyabi>): Promise<void> {
  let hasEnded = false;
  void service.then(() => (hasEnded = true));
  for (;;) {
    const open = await engine.jobs({ open: true });
    if (open.length === 0) break;
    if (hasEnded) throw new Error(`the service ended before its runs: ${open.length} are left`);
    await setTimeout(lookEveryMs);
  }
  const failed = (await engine.jobs({ open: false })).filter(({ state }) => state !== 'completed');
  if (failed.length > 0) throw new Error(`${failed.length} runs were not completed: ${failed[0]?.bottleneck ?? ''}`);
}

function cpuOf(pid: number): Pick<Needed, 'cpuSeconds' | 'ownCpuSeconds'> {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { cpuSeconds: (user + system + childUser + childSystem) / ticksPerSecond, ownCpuSeconds: (user + system) / ticksPerSecond };
}

async function scrapeAt(said: NodeJS.ReadableStream, signal: AbortSignal): Promise<void> {
  let url: string | undefined;
  createInterface({ input: said }).on('line', (line) => (url ??= /Answers at (http:\S+): \/health\/live/.exec(line)?.[1]));
  while (!signal.aborted) {
    if (url !== undefined) await (await fetch(`${url}/metrics`)).text();
    await setTimeout(scrapeEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
