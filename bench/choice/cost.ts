import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { atMost, figure, type Figure, type Skipped } from '../support/figures.ts';

const launcher = fileURLToPath(new URL('../../bin/miyabi.js', import.meta.url));

/** A function with a fault, and a test that shows it. */
const shop = `export function total(prices) {\n  let sum = 0;\n  for (let index = 1; index < prices.length; index += 1) sum += prices[index];\n  return sum;\n}\n`;
const shopTest = `import assert from 'node:assert';\nimport test from 'node:test';\nimport { total } from './shop.js';\ntest('all prices count', () => assert.equal(total([1, 2]), 3));\n`;

/** Takes its time, mends the fault in its own way, and leaves ten tests, which wait so many ms each as tests wait that ask somebody. */
const agent = `sleep "$1"
cat > shop.js <<END
export function total(prices) {
  // as $MIYABI_WORLD sees it
  let sum = 0;
  for (const price of prices) sum += price;
  return sum;
}
END
{
  echo "import assert from 'node:assert';"
  echo "import test from 'node:test';"
  echo "import { total } from './shop.js';"
  for n in 1 2 3 4 5 6 7 8 9 10; do echo "test('$MIYABI_WORLD $n', async () => { await new Promise((done) => setTimeout(done, $2)); assert.equal(total([$n, 1]), $n + 1); });"; done
} > "$MIYABI_WORLD.test.js"
`;

interface Span {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

/** How long each test waits where only the matrix is measured, in ms: then cores are not what bounds it. */
const waitMs = 100;

/**
 * What choosing costs beside what the worlds cost, in a run of the product with five worlds: the time of collecting tests, examining and
 * choosing against that of the agents. In a second run, with tests that wait rather than compute, the whole matrix against its longest column.
 *
 * @param seconds that an agent takes; a real one takes minutes, and choosing then costs a smaller share.
 */
export async function costOfChoosing(
  seconds: number,
): Promise<{ readonly figures: readonly Figure[]; readonly skipped: readonly Skipped[] }> {
  const spans = await run(seconds, 0);
  const waiting = columnsOf(await run(1, waitMs));
  if (columnsOf(spans).length === 0 || waiting.length === 0)
    return { figures: [], skipped: [{ name: 'cost of choosing', reason: 'The run examined no world.' }] };
  const took = (...types: readonly string[]): number => sum(spans.filter(({ type }) => types.includes(type)).map(lengthOf));
  const worlds = took('miyabi.world.run');
  const choosing = took('miyabi.tests.collect', 'miyabi.exam.world', 'miyabi.task.choose');
  const wall = Math.max(...waiting.map(({ to }) => to)) - Math.min(...waiting.map(({ from }) => from));
  const longest = Math.max(...waiting.map(lengthOf));
  return {
    figures: [
      figure('cost of choosing', (100 * choosing) / worlds, '%', {
        goal: atMost(10),
        detail: `${(choosing / 1000).toFixed(1)} s of ${(worlds / 1000).toFixed(1)} s that five worlds took; agents of ${seconds} s`,
      }),
      figure('matrix', wall / longest, 'ratio', {
        goal: atMost(1.3),
        detail: `${waiting.length} worlds, 10 tests of each that wait ${waitMs} ms: ${wall.toFixed(0)} ms against ${longest.toFixed(0)} ms of the longest column, on ${availableParallelism()} cores`,
      }),
    ],
    skipped: [],
  };
}

function columnsOf(spans: readonly Span[]): readonly Span[] {
  return spans.filter(({ type }) => type === 'miyabi.exam.world');
}

function lengthOf({ from, to }: Span): number {
  return to - from;
}

async function run(seconds: number, wait: number): Promise<readonly Span[]> {
  const folder = mkdtempSync(join(tmpdir(), 'miyabi-choice-cost-'));
  try {
    const project = join(folder, 'project');
    mkdirSync(project);
    const files = {
      'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
      'shop.js': shop,
      'shop.test.js': shopTest,
      'agent.sh': agent,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
    const git = (...args: readonly string[]): void =>
      void execFileSync('git', ['-C', project, '-c', 'user.name=B', '-c', 'user.email=b@localhost', ...args]);
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'first');
    return await timedRun(project, join(folder, 'state'), [seconds, wait]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws when the run does not succeed: then its figures mean nothing. */
async function timedRun(project: string, state: string, pace: readonly [seconds: number, wait: number]): Promise<readonly Span[]> {
  const command = [launcher, '--state', state, 'run', 'total leaves out the first price', '--repo', project, '--worlds', '5'];
  const [, wait] = pace;
  const child = spawn(process.execPath, [...command, '--agent', `command:sh agent.sh ${pace.join(' ')}`, '--yes', '--json'], {
    // Tests that wait leave room for all columns at once on any machine.
    env: { ...process.env, ...(wait > 0 ? { MIYABI_WORLDS_PARALLEL: '5' } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const spans: Span[] = [];
  const open = new Map<string, number>();
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => note(spans, open, JSON.parse(line) as EventLine));
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`the run ended with ${code}:\n${errors.slice(-20).join('\n')}`);
  return spans;
}

interface EventLine {
  readonly type: string;
  readonly at?: number;
  readonly taskId?: string;
  readonly taskType?: string;
}

/** A task that rests while others work for it has several spans. */
function note(spans: Span[], open: Map<string, number>, { type, at, taskId, taskType }: EventLine): void {
  if (at === undefined || taskId === undefined || taskType === undefined) return;
  const from = open.get(taskId);
  if (type === 'task.started') open.set(taskId, at);
  else if (type === 'task.state' && from !== undefined) {
    open.delete(taskId);
    spans.push({ type: taskType, from, to: at });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
