/**
 * Defects of HumanEvalFix (JavaScript) that the repair agent's search mends, and how often what it offers is right.
 *
 * The same search and the same worker processes as the agent's; only what is run differs: a program with assertions
 * instead of a project's tests. First all assertions are visible; then the examples of the description alone, and what
 * is offered is held against all of them. With `--worlds` the five worlds of a task are compared with one world alone: together
 * they have as many candidates and as much time, a fifth each, and with the examples only the product chooses among what they offer. Halves:
 * bugs with an even number (priors may be set by looking at them) and those with an odd one (they may not). The data is
 * read from the path given, and is not part of this project.
 *
 *     npm run bench -- repair <humanevalfix-js.jsonl> [--worlds] [--candidates 2000] [--seconds 60] [--limit n] [--half even|odd] [--at-once 2] [--json]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { repairSettings } from '../src/domain/repair-worlds.ts';
import type { RepairSettings } from '../src/domain/world.ts';
import { readBugs as readChoosable, type Bug as ChoosableBug } from './choice/bugs.ts';
import { chooseOffer } from './support/choose-offer.ts';
import {
  attemptRepair,
  attemptTogether,
  attemptUnseen,
  readBugs,
  type Attempt,
  type Attempted,
  type Bug,
  type Chosen,
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
    const more = values.worlds ? await figuresOfWorlds(bugs, { path, folder }, { alone: seen, single: unseen }) : [];
    report('repair', [...figures, ...more], { json: values.json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function halfOf({ id }: { readonly id: string }): 'even' | 'odd' {
  return Number(/\d+$/.exec(id)?.[0] ?? 0) % 2 === 0 ? 'even' : 'odd';
}

/** One world alone has all candidates. */
function attemptWith(
  folder: string,
  settings: RepairSettings = { ...repairSettings({ index: 0, of: 1 }), candidates: Number(values.candidates) },
): Attempt {
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

/** Worlds that divide the candidates and the time beside one that has all of them. */
async function figuresOfWorlds(
  bugs: readonly Bug[],
  { path, folder }: { readonly path: string; readonly folder: string },
  { alone, single }: { readonly alone: readonly Attempted[]; readonly single: readonly Offered[] },
): Promise<Figure[]> {
  const total = Number(values.candidates);
  const attempts = worlds.map((_, index): Attempt => {
    const candidates = Math.floor(total / worlds.length) + (index < total % worlds.length ? 1 : 0);
    const settings = { ...repairSettings({ index, of: worlds.length }), candidates };
    return { ...attemptWith(folder, settings), seconds: Number(values.seconds) / worlds.length };
  });
  const together = await each(
    bugs,
    async (bug) => {
      const ranks: (number | undefined)[] = [];
      for (const attempt of attempts) ranks.push((await attemptRepair(bug, attempt)).rank);
      return { id: bug.id, ranks };
    },
    ({ ranks }) =>
      ranks.every((rank) => rank === undefined) ? 'no world' : worlds.map((name, at) => `${name} ${ranks[at] ?? '-'}`).join(', '),
  );
  const choosable = new Map(readChoosable(path).map((bug) => [bug.id, bug]));
  const choices = await each(
    bugs.filter(({ id }) => choosable.has(id)),
    (bug) => attemptTogether(bug, attempts, async (texts) => chooseAmong(choosable.get(bug.id), texts)),
    ({ right, chosen }) =>
      `${worlds.map((name, at) => `${name} ${right[at] === undefined ? '-' : right[at] ? 'right' : 'wrong'}`).join(', ')}; taken ${chosen === undefined ? 'none' : worlds[chosen]}`,
  );
  return [...mendedByWorlds(together, alone, total), ...takenOfWorlds(choices, single)];
}

async function chooseAmong(bug: ChoosableBug | undefined, texts: readonly (string | undefined)[]): Promise<number | undefined> {
  return bug === undefined ? undefined : chooseOffer(bug, texts);
}

interface Together {
  readonly id: string;
  /** In each world, of the first candidate that passes all assertions. */
  readonly ranks: readonly (number | undefined)[];
}

function mendedByWorlds(together: readonly Together[], alone: readonly Attempted[], total: number): Figure[] {
  const fixed = together.filter(({ ranks }) => ranks.some((rank) => rank !== undefined));
  const fixedAlone = alone.filter(({ rank }) => rank !== undefined);
  const deepest = fixed.map(({ ranks }) => Math.min(...ranks.flatMap((rank) => (rank === undefined ? [] : [rank]))));
  const depthAlone = fixedAlone.flatMap(({ rank }) => (rank === undefined ? [] : [rank]));
  return [
    figure('worlds: fixed', fixed.length, 'bugs', {
      goal: atLeast(fixedAlone.length + 1),
      detail: `mended by one of ${worlds.length} worlds with ${total} candidates together (${halves(fixed)}); one search with ${total}: ${fixedAlone.length} (${halves(fixedAlone)})`,
    }),
    ...worlds.map((name, index) =>
      figure(`worlds: fixed in ${name}`, together.filter(({ ranks }) => ranks[index] !== undefined).length, 'bugs', {
        detail: `${together.filter(({ ranks }) => ranks[index] !== undefined && ranks.filter((rank) => rank !== undefined).length === 1).length} of them in no other world`,
      }),
    ),
    figure('worlds: rank', percentile(deepest, 0.9), 'candidates', {
      detail: `90 % are mended below this in the first world that does, which is what one waits for where each world has a core; one search: ${percentile(depthAlone, 0.9).toFixed(0)}. Medians ${median(deepest)} and ${median(depthAlone)}`,
    }),
  ];
}

function takenOfWorlds(choices: readonly Chosen[], single: readonly Offered[]): Figure[] {
  const taken = choices.filter(({ right, chosen }) => chosen !== undefined && right[chosen] === true);
  const known = new Set(choices.map(({ id }) => id));
  const alone = single.filter(({ id, offeredRight }) => known.has(id) && offeredRight);
  return [
    figure('worlds: right', taken.length, 'bugs', {
      goal: atLeast(alone.length + 1),
      detail: `with the examples only, what the product takes of the worlds' offers passes all assertions (${halves(taken)}); what one search offers first: ${alone.length} (${halves(alone)})`,
    }),
    figure('worlds: any right', choices.filter(({ right }) => right.includes(true)).length, 'bugs', {
      detail: 'the same, were the best of the offers taken',
    }),
    figure(
      'worlds: tried',
      choices.reduce((sum, { tried }) => sum + tried, 0),
      'candidates',
      {
        detail: `with the examples only; one search: ${single.reduce((sum, { tried }) => sum + tried, 0)}, for it ends some time after the first patch`,
      },
    ),
  ];
}

function halves(of: readonly { readonly id: string }[]): string {
  return (['even', 'odd'] as const).map((half) => `${half} ${of.filter((one) => halfOf(one) === half).length}`).join(', ');
}

await main(positionals[0]);
