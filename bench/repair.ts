/**
 * Defects of HumanEvalFix (JavaScript) that the repair agent's search mends, and how often what it offers is right.
 *
 * The same search and the same worker processes as the agent's; only what is run differs: a program with assertions
 * instead of a project's tests. First all assertions are visible; then the examples of the description alone, and what
 * is offered is held against all of them. With `--worlds` five searches with the settings of the worlds and a fifth of
 * the budget each are compared with one search. Halves: bugs with an even number (priors may be set by looking at
 * them) and those with an odd one (they may not). The data is read from the path given, and is not part of this project.
 *
 *     npm run bench -- repair <humanevalfix-js.jsonl> [--worlds] [--candidates 2000] [--seconds 60] [--limit n] [--half even|odd] [--at-once 2] [--json]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { repairWorlds } from '../src/domain/repair-worlds.ts';
import {
  attemptRepair,
  attemptTogether,
  attemptUnseen,
  oneSearch,
  readBugs,
  type Attempt,
  type Attempted,
  type Bug,
  type Offered,
} from './support/humaneval-fix.ts';
import { atLeast, figure, report, type Figure } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    candidates: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '60' },
    limit: { type: 'string' },
    half: { type: 'string' },
    'at-once': { type: 'string', default: '2' },
    worlds: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** The worlds that a task has when nothing else is configured. */
const worlds = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'] as const;

async function main(path: string | undefined): Promise<void> {
  if (path === undefined || !existsSync(path)) {
    console.error(
      `${path === undefined ? 'The data is missing' : `There is no file ${path}`}: this benchmark reads HumanEvalPack "fix" for JavaScript as JSON lines (octopack, MIT) and does not bring it along. Give its path: npm run bench -- repair <humanevalfix-js.jsonl>`,
    );
    process.exitCode = 2;
    return;
  }
  const bugs = readBugs(path)
    .filter((bug) => values.half === undefined || halfOf(bug) === values.half)
    .slice(0, values.limit === undefined ? undefined : Number(values.limit));
  const folder = mkdtempSync(`${tmpdir()}/miyabi-bench-repair-`);
  try {
    const before = process.cpuUsage();
    const seen = await attemptSeen(bugs, folder);
    const used = process.cpuUsage(before);
    const workers = seen.reduce((sum, one) => sum + one.cpuMs, 0);
    const unseen = await each(bugs, (bug) => attemptUnseen(bug, attemptWith(folder)), saidOfOffer);
    const figures = [...figuresOfSeen(seen, (workers + (used.user + used.system) / 1000) / 1000), ...figuresOfUnseen(unseen)];
    const more = values.worlds ? await figuresOfWorlds(bugs, folder, seen, unseen) : [];
    report('repair', [...figures, ...more], { json: values.json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function halfOf({ id }: { readonly id: string }): 'even' | 'odd' {
  return Number(/\d+$/.exec(id)?.[0] ?? 0) % 2 === 0 ? 'even' : 'odd';
}

function attemptWith(folder: string, settings = oneSearch(Number(values.candidates))): Attempt {
  return { settings, seconds: Number(values.seconds), folder };
}

/** Attempts all bugs, as many at once as asked for, and says how each ended; the outcomes are in the order of the bugs. */
async function each<Outcome>(
  bugs: readonly Bug[],
  attempt: (bug: Bug) => Promise<Outcome>,
  said: (outcome: Outcome) => string,
): Promise<Outcome[]> {
  const outcomes = new Map<Bug, Outcome>();
  const queue = [...bugs];
  const work = async () => {
    for (let bug = queue.shift(); bug !== undefined; bug = queue.shift()) {
      const outcome = await attempt(bug);
      outcomes.set(bug, outcome);
      console.log(`${outcomes.size}/${bugs.length} ${bug.id} (${bug.type}): ${said(outcome)}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work));
  return bugs.flatMap((bug) => outcomes.get(bug) ?? []);
}

function attemptSeen(bugs: readonly Bug[], folder: string): Promise<Attempted[]> {
  return each(
    bugs,
    (bug) => attemptRepair(bug, attemptWith(folder)),
    ({ rank, why, rules, tried, ms }) =>
      `${rank === undefined ? `not fixed (${why})` : `fixed by candidate ${rank}: ${rules}`}; ${tried} tried in ${(ms / 1000).toFixed(1)} s`,
  );
}

function figuresOfSeen(attempted: readonly Attempted[], cpuSeconds: number): Figure[] {
  const fixed = attempted.filter(({ rank }) => rank !== undefined);
  const ranks = fixed.flatMap(({ rank }) => (rank === undefined ? [] : [rank]));
  const tried = attempted.reduce((sum, one) => sum + one.tried, 0);
  const types = [...new Set(attempted.map(({ type }) => type))].toSorted();
  return [
    figure('fixed-share', (100 * fixed.length) / attempted.length, '%', {
      goal: atLeast(85),
      detail: `${fixed.length} of ${attempted.length} pass the full assertions, ${values.candidates} candidates and ${values.seconds} s a bug at most`,
    }),
    ...shares('fixed', attempted, ({ rank }) => rank !== undefined),
    ...types.map((type) => {
      const all = attempted.filter((one) => one.type === type);
      const mended = all.filter(({ rank }) => rank !== undefined).length;
      return figure(`fixed: ${type}`, (100 * mended) / all.length, '%', { detail: `${mended} of ${all.length}` });
    }),
    ...[10, 50, 100, 200, 1000].map((limit) =>
      figure(`fixed within ${limit}`, ranks.filter((rank) => rank <= limit).length, 'bugs', {
        detail: 'rank of the first candidate that passes',
      }),
    ),
    figure('rank', median(ranks), 'candidates', {
      detail: `median of the first that passes; 90 % below ${percentile(ranks, 0.9).toFixed(0)}`,
    }),
    figure('rate', tried / cpuSeconds, 'candidates/CPU-s', {
      goal: atLeast(800),
      detail: `${tried} candidates, CPU time of the workers and of the search`,
    }),
    figure('time', median(attempted.map(({ ms }) => ms)) / 1000, 's', { detail: 'median a bug, wall time' }),
  ];
}

/** The same share for each half of the bugs. */
function shares<Outcome extends Attempted | Offered>(
  name: string,
  outcomes: readonly Outcome[],
  holds: (outcome: Outcome) => boolean,
): Figure[] {
  return (['even', 'odd'] as const).map((half) => {
    const all = outcomes.filter((one) => halfOf(one) === half);
    const number = all.filter(holds).length;
    return figure(`${name}: ${half} half`, (100 * number) / all.length, '%', { detail: `${number} of ${all.length}` });
  });
}

const saidOfOffer = (outcome: Offered) =>
  outcome.kind === 'found'
    ? `offered ${outcome.offeredRight ? 'right' : 'wrong'}; first found ${outcome.firstRight ? 'right' : 'wrong'}; ${outcome.tried} tried`
    : `${outcome.kind}; ${outcome.tried} tried`;

function figuresOfUnseen(offered: readonly Offered[]): Figure[] {
  const found = offered.filter(({ kind }) => kind === 'found');
  const share = (holds: (one: Offered) => boolean) => (100 * found.filter(holds).length) / found.length;
  const quiet = offered.filter(({ kind }) => kind === 'nothing-fails').length;
  return [
    figure(
      'visible-share',
      share(({ offeredRight }) => offeredRight),
      '%',
      {
        goal: atLeast(85),
        detail: `${found.filter(({ offeredRight }) => offeredRight).length} of ${found.length} offered patches that pass the examples pass all assertions; of ${offered.length} bugs the examples show ${offered.length - quiet}`,
      },
    ),
    ...shares('visible', found, ({ offeredRight }) => offeredRight),
    figure(
      'visible-share: first found',
      share(({ firstRight }) => firstRight),
      '%',
      { detail: 'the same, were the first that passes offered' },
    ),
    figure(
      'visible-share: any found',
      share(({ anyRight }) => anyRight),
      '%',
      { detail: 'the same, were the best that passes offered' },
    ),
  ];
}

/** Five searches with a fifth of the candidates each beside one with all of them. */
async function figuresOfWorlds(
  bugs: readonly Bug[],
  folder: string,
  alone: readonly Attempted[],
  single: readonly Offered[],
): Promise<Figure[]> {
  const total = Number(values.candidates);
  const settings = worlds.map((name) => ({ ...repairWorlds[name], candidates: Math.floor(total / worlds.length) }));
  const together = await each(
    bugs,
    async (bug) => {
      const attempts = [];
      for (const one of settings) attempts.push(await attemptRepair(bug, attemptWith(folder, one)));
      return { id: bug.id, type: bug.type, fixed: attempts.map(({ rank }) => rank !== undefined) };
    },
    ({ fixed }) => `fixed in ${worlds.filter((_, index) => fixed[index]).join(', ') || 'no world'}`,
  );
  const offers = await each(
    bugs,
    (bug) =>
      attemptTogether(
        bug,
        settings.map((one) => attemptWith(folder, one)),
      ),
    saidOfOffer,
  );
  const right = (all: readonly Offered[]) => all.filter(({ offeredRight }) => offeredRight).length;
  const fixedTogether = together.filter(({ fixed }) => fixed.includes(true));
  const fixedAlone = alone.filter(({ rank }) => rank !== undefined);
  const halves = (of: readonly { readonly id: string }[]) =>
    (['even', 'odd'] as const).map((half) => `${half} ${of.filter((one) => halfOf(one) === half).length}`).join(', ');
  return [
    figure('worlds: fixed', fixedTogether.length, 'bugs', {
      goal: atLeast(fixedAlone.length + 1),
      detail: `five worlds with ${Math.floor(total / worlds.length)} candidates each (${halves(fixedTogether)}); one search with ${total} mends ${fixedAlone.length} (${halves(fixedAlone)})`,
    }),
    ...worlds.map((name, index) =>
      figure(`worlds: fixed in ${name}`, together.filter(({ fixed }) => fixed[index]).length, 'bugs', {
        detail: `${together.filter(({ fixed }) => fixed[index] && fixed.filter(Boolean).length === 1).length} of them in no other world`,
      }),
    ),
    figure('worlds: right', right(offers), 'bugs', {
      goal: atLeast(right(single) + 1),
      detail: `with the examples only, what is chosen among the offers of the worlds passes all assertions (${offers.filter(({ anyRight }) => anyRight).length} have a right offer); one search: ${right(single)}`,
    }),
  ];
}

await main(positionals[0]);
