import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { IsolationLevel } from '../../src/domain/machine.ts';
import { worldTools } from '../../test/support/world-tools.ts';
import { measurement } from '../support/child.ts';
import { inTurns } from '../support/rounds.ts';
import type { ProviderAddresses } from './provider.ts';
import { modelId, modelsStand, worldCaller } from './stand.ts';

/** What the program in a world is told, as a line of JSON. */
export interface AskingRequest {
  readonly url: string;
  /** With a mark that is made another one for each call. */
  readonly body: string;
  readonly calls: number;
}

/** What it answers. */
export interface AskingAnswer {
  /** Until something of the answer was there. */
  readonly firstMs: readonly number[];
  /** Until all of it was. */
  readonly ms: readonly number[];
}

export interface GatewayCallsRequest {
  readonly urls: ProviderAddresses;
  readonly characters: number;
  readonly calls: number;
  readonly rounds: number;
}

/** `cpuMs`: of this process and of the bridge inside of the walls, for each call. */
type AskingBurst = AskingAnswer & { readonly cpuMs: number };

export interface GatewayCalls {
  readonly direct: readonly AskingBurst[];
  readonly gateway: readonly AskingBurst[];
  /** What stood around the program. */
  readonly level: IsolationLevel;
  /** Whether the CPU time of the bridge is in it. */
  readonly knowsBridge: boolean;
}

const program = fileURLToPath(new URL('asking-program.ts', import.meta.url));
const gibibyte = 1024 ** 3;

/** A program's streamed calls: out of a world's walls, by the bridge, the gateway and the exchange; and without all of that. */
export const gatewayCalls = measurement(import.meta, async (request: GatewayCallsRequest, folder): Promise<GatewayCalls> => {
  const { urls, characters, calls, rounds } = request;
  await using stand = await modelsStand(folder, urls);
  await using tools = await worldTools(join(folder, 'state'));
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  const walls = (await tools.sandboxes.ladder()).find(({ level, usable }) => level === 'bubblewrap' && usable);
  const level: IsolationLevel = walls === undefined ? 'limits' : 'bubblewrap';
  await using sandbox = await tools.sandboxes.open({
    level,
    name: 'bench-gateway',
    writable: [tree],
    protected: [],
    readable: [program],
    network: [],
    models: stand.models.gateway(['anthropic'], worldCaller()),
    limits: { memoryBytes: gibibyte, processes: 128, cpus: 2, diskBytes: gibibyte, outputBytes: 100_000_000 },
    onIncident: () => undefined,
  });
  const result = Promise.withResolvers<GatewayCalls>();
  const running = sandbox.process.run({
    command: [process.execPath, program],
    cwd: tree,
    env: { PATH: '/usr/bin:/bin', ...sandbox.environment },
    timeoutMs: 55_000,
    converse: async ({ input, output }) => {
      await using outside = askOutside();
      const inside = askBy(Writable.fromWeb(input), Readable.fromWeb(output as Parameters<typeof Readable.fromWeb>[0]));
      const body = bodyOf(characters);
      let bridges: readonly string[] = [];
      const ask = async (by: typeof inside, base: string): Promise<AskingBurst> => {
        const before = process.cpuUsage();
        const bridged = cpuMsOf(bridges);
        const answer = await by({ url: `${base}/v1/messages`, body, calls });
        const { user, system } = process.cpuUsage(before);
        return { ...answer, cpuMs: ((user + system) / 1000 + cpuMsOf(bridges) - bridged) / calls };
      };
      const sides = {
        direct: () => ask(outside.ask, urls.anthropic),
        gateway: () => ask(inside, sandbox.environment['ANTHROPIC_BASE_URL'] ?? ''),
      };
      for (const side of Object.values(sides)) for (let warm = 0; warm < 2; warm += 1) await side();
      bridges = bridgesOf(sandbox.environment['ANTHROPIC_BASE_URL'] ?? '');
      result.resolve({ ...(await inTurns(sides, { rounds, budgetMs: 20_000 })), level, knowsBridge: bridges.length > 0 });
    },
  });
  const { stderr } = await running;
  result.reject(new Error(`The program in the world has ended without an answer. ${stderr}`));
  return await result.promise;
});

type Ask = (request: AskingRequest) => Promise<AskingAnswer>;

function askBy(input: Writable, output: Readable): Ask {
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  return async (request) => {
    input.write(`${JSON.stringify(request)}\n`);
    const next = await lines.next();
    if (next.done === true) throw new Error('The program has ended.');
    return JSON.parse(next.value) as AskingAnswer;
  };
}

/** The same program, with nothing around it. */
function askOutside(): { readonly ask: Ask } & AsyncDisposable {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    ask: askBy(child.stdin, child.stdout),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** What we have running inside of walls, as far as the system tells it: processes that listen where programs find the gateway. */
function bridgesOf(address: string): readonly string[] {
  const port = URL.canParse(address) ? new URL(address).port : '';
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isBridge(name, port));
}

function isBridge(pid: string, port: string): boolean {
  const [, evaluate, script = '', , second] = readOr(`/proc/${pid}/cmdline`).split('\0');
  return evaluate === '-e' && script.includes('const [socketPath, port, ...forwards]') && second === port && isOurs(pid);
}

/** Of several benchmarks at the same time each has bridges. */
function isOurs(pid: string): boolean {
  for (let each = pid; each !== '' && each !== '0' && each !== '1';) {
    if (each === String(process.pid)) return true;
    each = /\nPPid:\s+(\d+)/.exec(readOr(`/proc/${each}/status`))?.[1] ?? '';
  }
  return false;
}

/** All of their threads, so far. */
function cpuMsOf(pids: readonly string[]): number {
  const threads = pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`));
  return threads.reduce((sum, path) => sum + Number(readOr(path).split(' ')[0]) / 1e6, 0);
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It has gone.
  }
}

function bodyOf(characters: number): string {
  const code = 'export function priceOf(item, count) {\n  return item.price * count - "a \\"discount\\" of some kind";\n}\n';
  const text = `${code.repeat(Math.ceil(characters / code.length))} mark-000000000`;
  return JSON.stringify({
    model: modelId,
    max_tokens: 16_000,
    stream: true,
    temperature: 0.3,
    messages: [{ role: 'user', content: text }],
  });
}
