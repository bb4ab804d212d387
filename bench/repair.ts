/**
 * Defects of HumanEvalFix (JavaScript) that the repair agent's search mends, and how often what it offers is right.
 *
 * The same search and the same worker processes as the agent's; only what is run differs: a program with assertions
 * instead of a project's tests. First all assertions are visible; then the examples of the description alone, and what
 * is offered is held against all of them. With `--worlds` five searches with the settings of the worlds are compared with
 * one search: together they have as many candidates and as much time, divided as the worlds' own budgets are. Halves:
 * bugs with an even number (priors may be set by looking at them) and those with an odd one (they may not). The data is
 * read from the path given, and is not part of this project.
 *
 *     npm run bench -- repair <humanevalfix-js.jsonl> [--worlds] [--candidates 2000] [--seconds 60] [--limit n] [--half even|odd] [--at-once 2] [--json]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { repairWorlds } from '../src/domain/repair-worlds.ts';
import type { RepairSettings } from '../src/domain/world.ts';
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

/**
 * What each world gets when all together have this many candidates: in proportion to their own budgets, the last one what
 * is left, so that the parts add up.
 */
function divided(total: number): { readonly settings: RepairSettings; readonly share: number }[] {
  const sum = worlds.reduce((all, name) => all + repairWorlds[name].candidates, 0);
  let left = total;
  return worlds.map((name, index) => {
    const own = repairWorlds[name].candidates / sum;
    const candidates = index === worlds.length - 1 ? left : Math.floor(total * own);
    left -= candidates;
    return { settings: { ...repairWorlds[name], candidates }, share: own };
  });
}

/** Five searches that share the candidates and the time beside one with all of them. */
async function figuresOfWorlds(
  bugs: readonly Bug[],
  folder: string,
  alone: readonly Attempted[],
  single: readonly Offered[],
): Promise<Figure[]> {
  const total = Number(values.candidates);
  const parts = divided(total);
  const attempts = parts.map(({ settings, share }) => ({ ...attemptWith(folder, settings), seconds: Number(values.seconds) * share }));
  const together = await each(
    bugs,
    async (bug) => {
      const ranks: (number | undefined)[] = [];
      for (const attempt of attempts) ranks.push((await attemptRepair(bug, attempt)).rank);
      return { id: bug.id, ranks, fixed: ranks.map((rank) => rank !== undefined) };
    },
    ({ ranks, fixed }) => (fixed.includes(true) ? worlds.map((name, index) => `${name} ${ranks[index] ?? '-'}`).join(', ') : 'no world'),
  );
  const offers = await each(bugs, (bug) => attemptTogether(bug, attempts), saidOfOffer);
  const right = (all: readonly Offered[]) => all.filter(({ offeredRight }) => offeredRight);
  const fixedTogether = together.filter(({ fixed }) => fixed.includes(true));
  const fixedAlone = alone.filter(({ rank }) => rank !== undefined);
  const halves = (of: readonly { readonly id: string }[]) =>
    (['even', 'odd'] as const).map((half) => `${half} ${of.filter((one) => halfOf(one) === half).length}`).join(', ');
  return [
    figure('worlds: fixed', fixedTogether.length, 'bugs', {
      goal: atLeast(fixedAlone.length + 1),
      detail: `mended by one of five worlds with ${parts.map(({ settings }) => settings.candidates).join(' + ')} candidates (${halves(fixedTogether)}); one search with ${total}: ${fixedAlone.length} (${halves(fixedAlone)})`,
    }),
    ...worlds.map((name, index) =>
      figure(`worlds: fixed in ${name}`, together.filter(({ fixed }) => fixed[index]).length, 'bugs', {
        detail: `${together.filter(({ fixed }) => fixed[index] && fixed.filter(Boolean).length === 1).length} of them in no other world`,
      }),
    ),
    ...worlds.slice(1).map((_, index) => {
      const number = index + 2;
      const until = together.filter(({ fixed }) => fixed.slice(0, number).includes(true)).length;
      return figure(`worlds: fixed in the first ${number}`, until, 'bugs', { detail: 'worlds are begun with in this order' });
    }),
    figure('worlds: right', right(offers).length, 'bugs', {
      goal: atLeast(right(single).length + 1),
      detail: `with the examples only, what is chosen among the first offers of the worlds passes all assertions (${halves(right(offers))}; ${offers.filter(({ anyRight }) => anyRight).length} have a right one among the five); what one search offers first: ${right(single).length} (${halves(right(single))}). Chosen as one search chooses, by what does the same on made-up inputs, then score: in place of the whole choice among worlds`,
    }),
    figure(
      'worlds: tried',
      offers.reduce((sum, { tried }) => sum + tried, 0),
      'candidates',
      {
        detail: `with the examples only; one search: ${single.reduce((sum, { tried }) => sum + tried, 0)}, for it ends some time after the first patch`,
      },
    ),
  ];
}

await main(positionals[0]);
