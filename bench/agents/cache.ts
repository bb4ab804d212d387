import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { atLeast, atMost, figure } from '../support/figures.ts';
import type { Figure } from '../support/figures.ts';
import type { Bench, Part } from '../support/parts.ts';
import { startProvider } from './provider.ts';
import type { Asked } from './provider.ts';
import { agentModel, makePlace, modelEnvironment, runToItsEnd, startRun } from './run.ts';
import type { RunPlace } from './run.ts';

const issue = 'add() subtracts\n\nIt should add: add(2, 3) is 5. The tests in test/add.test.js show it.';
const run = ['run', issue, '--agent', `model:${agentModel}`, '--worlds', '5', '--json', '--yes'];
const roles = { MIYABI_MODELS_ANALYSE: agentModel, MIYABI_MODELS_PLAN: agentModel, MIYABI_MODELS_REVIEW: agentModel };
/** Each differs by what it is told, and always takes the likeliest answer. */
const likeliest = {
  MIYABI_WORLDS_SETTINGS: JSON.stringify(
    ['standard', 'minimal-change', 'root-cause', 'reproduce-first', 'test-writer'].map((prompt) => ({ prompt, temperature: 0 })),
  ),
};
/** The run is killed when the provider has seen so many calls of its worlds. */
const killedAt = 8;
const answerMs = 150;

/** What is not asked twice: in a run that is made again, and in one that is killed and goes on. */
export const cache: Part = {
  name: 'cache',
  measure: async (bench) => ({
    figures: [
      ...(await repeated(bench, 'worlds that take the likeliest', { ...roles, ...likeliest }, true)),
      ...(bench.quick ? [] : await repeated(bench, 'worlds that sample, as by default', roles, false)),
      ...(await killed(bench)),
    ],
  }),
};

/** The same issue of the same project, twice. */
async function repeated(
  bench: Bench,
  what: string,
  settings: Readonly<Record<string, string>>,
  hasGoal: boolean,
): Promise<readonly Figure[]> {
  const place = makePlace(bench.folder());
  await using provider = await startProvider('mending');
  const environment = { ...modelEnvironment(provider.urls), ...settings };
  await runToItsEnd(run, place, environment);
  const first = callsOf(place);
  await runToItsEnd(run, place, environment);
  const both = callsOf(place);
  const second = { calls: both.calls - first.calls, cached: both.cached - first.cached };
  const byPurpose = both.hits.map(({ purpose, cached, calls }) => `${purpose} ${cached} of ${calls}`).join(', ');
  return [
    figure(`cache: hits of the second run, ${what}`, (100 * second.cached) / second.calls, '%', {
      ...(hasGoal ? { goal: atLeast(30) } : {}),
      detail: `${second.cached} of ${second.calls} calls of five worlds and three roles; the first had ${first.cached} of ${first.calls}; of both runs ${byPurpose}`,
    }),
  ];
}

interface Calls {
  readonly calls: number;
  readonly cached: number;
  readonly hits: ReadonlyArray<{ readonly purpose: string; readonly calls: number; readonly cached: number }>;
}

function callsOf({ state }: RunPlace): Calls {
  using database = new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true });
  const rows = database
    .prepare("SELECT purpose, count(*) AS calls, sum(status = 'cached') AS cached FROM miyabi_call GROUP BY purpose ORDER BY purpose")
    .all();
  const hits = rows.map((row) => ({ purpose: String(row['purpose']), calls: Number(row['calls']), cached: Number(row['cached']) }));
  return { hits, calls: sum(hits.map(({ calls }) => calls)), cached: sum(hits.map(({ cached }) => cached)) };
}

/** Worlds with samples of their own: killed in the middle of their work, and taken up again. */
async function killed(bench: Bench): Promise<readonly Figure[]> {
  const place = makePlace(bench.folder());
  await using provider = await startProvider('mending', answerMs);
  const environment = { ...modelEnvironment(provider.urls), ...roles };
  const first = startRun(run, place, environment);
  const gone = first.ended.then(({ code, stderr }) => {
    if (code !== null) throw new Error(`The run ended with ${code} before it was killed:\n${stderr}`);
  });
  for (let calls = 1; calls < 200; calls += 1) {
    await Promise.race([provider.came(calls), gone]);
    if (worldsOf(await provider.asked()).length >= killedAt) break;
  }
  first.child.kill('SIGKILL');
  await gone;
  const before = worldsOf(await provider.asked());
  const paid = answeredIn(place);
  await runToItsEnd(['resume', '--json'], place, environment);
  const after = worldsOf(await provider.asked()).slice(before.length);
  const asked = new Set(before.map(({ digest }) => digest));
  const again = after.filter(({ digest }) => asked.has(digest)).length;
  const { cached } = callsOf(place);
  // Of those that were under way nobody heard the answer: these have to be asked again.
  const underWay = before.length - paid;
  return [
    figure('cache: paid for twice after a kill', Math.max(0, again - underWay), 'calls', {
      goal: atMost(0),
      detail: `of ${before.length} calls of five worlds with samples of their own ${paid} were answered; killed, taken up again: ${again} asked again (${underWay} were under way), ${cached} from the cache, ${after.length - again} new`,
    }),
  ];
}

function worldsOf(asked: readonly Asked[]): readonly Asked[] {
  return asked.filter(({ isOfWorld }) => isOfWorld);
}

/** Calls of worlds whose answers were kept by then. */
function answeredIn({ state }: RunPlace): number {
  using database = new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true });
  return Number(database.prepare("SELECT count(*) AS n FROM miyabi_call WHERE purpose = 'agent' AND status = 'answered'").get()?.['n']);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
