import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openApp } from '../../src/app.ts';
import { parseIssue } from '../../src/domain/issue.ts';
import { startRun } from '../../src/operations/start.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import { endOfCommand, makeProject, smallProject, startMiyabi, untestedProject } from '../../test/support/miyabi.ts';
import { atMost, figure } from '../support/figures.ts';
import type { Figure } from '../support/figures.ts';
import type { Bench, Part } from '../support/parts.ts';
import { median } from '../support/statistics.ts';

/** Of the clock by which Linux counts processor time. */
const ticksPerSecond = 100;
const lookEveryMs = 100;
/** As often as monitoring is usually set up to. */
const scrapeEveryMs = 15_000;

/** What a service needed for the same runs. */
interface Needed {
  readonly seconds: number;
  /** Of the service and of every program that it has waited for. */
  readonly cpuSeconds: number;
  /** Of the service alone. */
  readonly ownCpuSeconds: number;
}

/** What of its work a service tells: nothing but errors, or everything. */
type Telling = { readonly kind: 'silent' } | { readonly kind: 'telling'; readonly collector: string };

/** What the services are given to do. */
interface Work {
  readonly name: string;
  readonly project: Readonly<Record<string, string>>;
  readonly issue: (run: number) => string;
  /** Of each world. */
  readonly command: string;
  readonly worlds: number;
  readonly runs: number;
  readonly pairs: number;
  /** What its figures are held against, in percent. */
  readonly most?: { readonly throughput: number; readonly processor: number };
}

/** Five worlds mend a defect, which the tests of the project show, as Miyabi does it unless it is told otherwise. */
const usualWork: Work = {
  name: 'instrumentation',
  project: smallProject,
  issue: (run) => `add() gives the wrong sum (${run})`,
  command: "sed -i 's/a - b/a + b/' src/add.js",
  worlds: 5,
  runs: 4,
  pairs: 8,
  most: { throughput: 3, processor: 5 },
};

/** Nothing but what surrounds the work of a world: there is neither an agent to speak of nor a test. */
const emptyWork: Work = {
  name: 'instrumentation, empty worlds',
  project: untestedProject,
  issue: (run) => `Say which world it was, ${run}`,
  command: 'echo "$MIYABI_WORLD" > world.txt',
  worlds: 3,
  runs: 8,
  pairs: 8,
};

/**
 * What logs, metrics and traces cost together: the same runs carried by a service that writes down errors alone, is asked nothing and has no collector; and by
 * one that writes lines of JSON to a file, is scraped every 15 s, and sends every trace to a collector. Both at the same time, each on a processor of its own,
 * and each on either in turns: what else the machine does meets both alike. A first run warms both up.
 */
export const instrumentation: Part = {
  name: 'instrumentation',
  measure: async (bench) => ({
    figures: [...(await costOf(bench, usualWork)), ...(await costOf(bench, emptyWork))],
  }),
};

async function costOf(bench: Bench, work: Work): Promise<readonly Figure[]> {
  const [rounds, runs] = bench.quick ? [2, Math.ceil(work.runs / 2)] : [work.pairs, work.runs];
  await using collector = await startCollector();
  const pairs: { readonly silent: Needed; readonly telling: Needed }[] = [];
  let scrapes = 0;
  for (let round = 0; round < rounds; round += 1) {
    await using silent = await startSide(bench.folder(), work, { kind: 'silent' }, round % 2);
    await using telling = await startSide(bench.folder(), work, { kind: 'telling', collector: collector.url }, 1 - (round % 2));
    await Promise.all([silent.carry(1), telling.carry(1)]);
    const [one, other] = await Promise.all([silent.carry(runs), telling.carry(runs)]);
    pairs.push({ silent: one, telling: other });
    scrapes += telling.scrapes();
  }
  if (scrapes === 0 || collector.received() === 0) throw new Error('nobody was told anything: there is nothing to compare');
  const more = (pick: (one: Needed) => number): number =>
    100 * (median(pairs.map(({ silent, telling }) => pick(telling) / pick(silent))) - 1);
  const each = (pick: (one: Needed) => number): string => (median(pairs.map(({ silent }) => pick(silent))) / runs).toFixed(2);
  const how = `median of ${rounds} pairs at the same time, ${runs} runs of ${work.worlds} worlds each; ${scrapes} scrapes, ${collector.received()} requests to the collector`;
  const { name, most } = work;
  return [
    figure(
      `${name} throughput lost`,
      more(({ seconds }) => seconds),
      '%',
      {
        ...(most === undefined ? {} : { goal: atMost(most.throughput) }),
        detail: how,
      },
    ),
    figure(
      `${name} processor time`,
      more(({ cpuSeconds }) => cpuSeconds),
      '%',
      {
        ...(most === undefined ? {} : { goal: atMost(most.processor) }),
        detail: `the service and its programs, ${each(({ cpuSeconds }) => cpuSeconds)} s a run without`,
      },
    ),
    figure(
      `${name} own processor time`,
      more(({ ownCpuSeconds }) => ownCpuSeconds),
      '%',
      {
        detail: `the service alone, ${each(({ ownCpuSeconds }) => ownCpuSeconds)} s a run without`,
      },
    ),
  ];
}

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

/** A service with nothing to do yet, on one processor. */
async function startSide(folder: string, work: Work, telling: Telling, processor: number) {
  const state = join(folder, 'state');
  const settings = {
    agent: { name: 'command', command: work.command },
    worlds: { count: work.worlds },
    isolation: 'none',
    disk: { freeGigabytes: 0 },
    log: telling.kind === 'silent' ? { level: 'error' } : { level: 'info', file: join(folder, 'log.jsonl') },
    ...(telling.kind === 'silent' ? {} : { telemetry: { otlp: { endpoint: telling.collector } } }),
  };
  mkdirSync(join(folder, 'config/miyabi'), { recursive: true });
  writeFileSync(join(folder, 'config/miyabi/config.json'), JSON.stringify(settings));
  const own = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') };
  const app = await openApp({ environment: { PATH: process.env['PATH'], ...own }, version: '0.0.0', flags: {}, stateRoot: state });
  const repository = await makeProject(join(folder, 'project'), work.project);
  const watched = telling.kind === 'silent' ? [] : ['--monitor', '127.0.0.1:0'];
  const service = startMiyabi(['serve', '--listen', 'none', '--worlds', '2', ...watched], { cwd: folder, state, env: own });
  await pin(service.pid!, processor);
  const over = new AbortController();
  const scraping = telling.kind === 'silent' ? undefined : scrapeAt(service.stderr, over.signal);
  service.stderr.resume();
  await untilWorking(app.tools, service);
  let begun = 0;
  return {
    scrapes: () => scraping?.count() ?? 0,
    async carry(runs: number): Promise<Needed> {
      const before = cpuOf(service.pid!);
      const began = performance.now();
      for (let run = 0; run < runs; run += 1) await submit(app.tools, repository, work.issue((begun += 1)));
      await allEnded(app.tools, service);
      const after = cpuOf(service.pid!);
      return {
        seconds: (performance.now() - began) / 1_000,
        cpuSeconds: after.cpuSeconds - before.cpuSeconds,
        ownCpuSeconds: after.ownCpuSeconds - before.ownCpuSeconds,
      };
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await scraping?.ended;
      service.kill('SIGTERM');
      await endOfCommand(service);
      await app[Symbol.asyncDispose]();
    },
  };
}

async function submit(tools: OperationTools, repository: string, issue: string): Promise<void> {
  await startRun(tools, {
    issue: parseIssue(issue, { kind: 'text' })!,
    repository,
    base: undefined,
    into: undefined,
    approveAll: true,
    startedBy: { how: 'terminal', who: 'ada' },
  });
}

/** With all its threads, and the programs that it will start. Only Linux can. */
async function pin(pid: number, processor: number): Promise<void> {
  if (process.platform !== 'linux' || availableParallelism() < 2) return;
  await promisify(execFile)('taskset', ['--all-tasks', '--cpu-list', '--pid', String(processor), String(pid)]);
}

async function untilWorking({ engine }: OperationTools, service: ReturnType<typeof startMiyabi>): Promise<void> {
  let end: Awaited<ReturnType<typeof endOfCommand>> | undefined;
  void endOfCommand(service).then((ended) => (end = ended));
  while (!(await engine.workers()).some(({ alive }) => alive)) {
    if (end !== undefined) throw new Error(`the service did not begin: ${end.stderr}`);
    await setTimeout(lookEveryMs);
  }
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

function scrapeAt(said: NodeJS.ReadableStream, signal: AbortSignal) {
  let count = 0;
  let url: string | undefined;
  createInterface({ input: said }).on('line', (line) => (url ??= /Answers at (http:\S+): \/health\/live/.exec(line)?.[1]));
  const scrape = async (): Promise<void> => {
    while (!signal.aborted) {
      if (url !== undefined) {
        await (await fetch(`${url}/metrics`)).text();
        count += 1;
      }
      await setTimeout(scrapeEveryMs, undefined, { signal }).catch(() => undefined);
    }
  };
  return { ended: scrape(), count: () => count };
}
