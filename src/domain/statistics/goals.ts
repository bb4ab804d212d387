import type { RunPhase } from '../run-phase.ts';
import type { CountedRun } from './counted-run.ts';
import { issueRuns } from './counted-run.ts';
import { mean, median, quantile, sum } from './figures.ts';
import type { RunFacts, WorldFacts } from './run-facts.ts';
import { toUsd } from '../money.ts';

/** What a figure came to against its goal. */
export type Measured =
  | {
      readonly verdict: 'met' | 'missed';
      readonly value: number;
      /** How many runs, worlds or calls it stands on, in words: `12 runs`. */
      readonly of: string;
    }
  /** `why`: in a sentence, with where it is measured where it is not known here. */
  | { readonly verdict: 'not-measured'; readonly why: string };

/** A goal with what was seen of it. */
export interface Goal {
  readonly name: string;
  /** `below` or `above` the bound, in the unit. */
  readonly side: 'below' | 'above';
  readonly bound: number;
  readonly unit: 'min' | '%' | 'points' | 'USD' | 'ms' | 'MB' | 'times';
  readonly measured: Measured;
}

/** How long a part of a run takes, against its goal; the median is what is compared. */
export interface PhaseGoal extends Goal {
  /** 90 % of the runs took no longer; null where it was not measured. */
  readonly p90: number | null;
}

type Ask = Pick<Goal, 'name' | 'side' | 'bound' | 'unit'>;

const goal = (name: string, side: Goal['side'], bound: number, unit: Goal['unit']): Ask => ({ name, side, bound, unit });

/** @param known.of such as `12 runs`; `why` is said where there is no value. */
function measure(ask: Ask, value: number | undefined, { of, why }: { readonly of: string; readonly why: string }): Goal {
  if (value === undefined) return { ...ask, measured: { verdict: 'not-measured', why } };
  const isMet = ask.side === 'below' ? value < ask.bound : value > ask.bound;
  return { ...ask, measured: { verdict: isMet ? 'met' : 'missed', value, of } };
}

/** `1 run`, `2 runs`. */
function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The figures that a run is to keep to, from the runs that are counted. What the records do not tell is said so, and never met. */
export function acceptance(runs: readonly CountedRun[]): readonly Goal[] {
  const issues = issueRuns(runs).map(({ facts }) => facts);
  const worlds = runs.flatMap(({ facts }) => facts.worlds);
  return [
    ...timeGoals(issues),
    ...worldGoals(worlds),
    ...modelGoals(issues),
    retryGoal(runs.map(({ facts }) => facts)),
    ...measuredElsewhere,
  ];
}

/** Runs that were given up say nothing of how long an issue takes. */
function timeGoals(issues: readonly RunFacts[]): readonly Goal[] {
  const done = issues.filter(({ state }) => state === 'completed');
  const features = done.filter(({ analysis }) => analysis?.type === 'feature');
  return [
    measure(goal('an issue, on average', 'below', 30, 'min'), mean(minutesOf(done)), {
      of: counted(done.length, 'run'),
      why: 'No issue was completed in this time.',
    }),
    measure(goal('a feature from end to end, on average', 'below', 45, 'min'), mean(minutesOf(features)), {
      of: counted(features.length, 'run'),
      why: 'No feature was completed in this time.',
    }),
  ];
}

function minutesOf(runs: readonly RunFacts[]): readonly number[] {
  return runs.map(({ workMs }) => workMs / 60_000);
}

function worldGoals(worlds: readonly WorldFacts[]): readonly Goal[] {
  const built = worlds.filter(({ builds }) => builds !== null);
  const tested = worlds.filter(({ testsTotal }) => testsTotal > 0);
  const judged = worlds.flatMap(({ score }) => score ?? []);
  return [
    measure(goal('worlds that build', 'above', 80, '%'), percent(built.filter(({ builds }) => builds === true).length, built.length), {
      of: counted(built.length, 'world'),
      why: 'No project with a build was worked on.',
    }),
    measure(goal('tests that pass, mean of the worlds', 'above', 70, '%'), mean(tested.map(testShare)), {
      of: counted(tested.length, 'world'),
      why: 'No world with tests was judged.',
    }),
    measure(goal('score of a world, mean', 'above', 70, 'points'), mean(judged), {
      of: counted(judged.length, 'world'),
      why: 'No world was judged.',
    }),
  ];
}

function testShare({ testsPassed, testsTotal }: WorldFacts): number {
  return (100 * testsPassed) / testsTotal;
}

const noModel = 'No model was asked in these runs: without one this says nothing.';

function modelGoals(issues: readonly RunFacts[]): readonly Goal[] {
  const asked = issues.filter(({ calls }) => calls > 0);
  const calls = sum(asked.map((run) => run.calls));
  const costs = asked.map(({ costMicroUsd }) => toUsd(costMicroUsd));
  return [
    measure(goal('an issue, cost on average', 'below', 5, 'USD'), mean(costs), { of: counted(asked.length, 'run'), why: noModel }),
    measure(goal('calls of models answered before', 'above', 30, '%'), percent(sum(asked.map((run) => run.cachedCalls)), calls), {
      of: counted(calls, 'call'),
      why: noModel,
    }),
  ];
}

function retryGoal(runs: readonly RunFacts[]): Goal {
  const retried = sum(runs.map((run) => run.retried));
  return measure(goal('tasks that succeed when tried again', 'above', 80, '%'), percent(sum(runs.map((run) => run.retriedWell)), retried), {
    of: counted(retried, 'task'),
    why: 'Nothing had to be tried again.',
  });
}

function percent(part: number, of: number): number | undefined {
  return of === 0 ? undefined : (100 * part) / of;
}

const elsewhere = (ask: Ask, why: string): Goal => ({ ...ask, measured: { verdict: 'not-measured', why } });
const ofTheMachine = 'It is of the machine, not of runs: the metrics tell it.';
const byRecords = '`npm run bench -- records` measures it.';

/** What no run tells of itself. */
const measuredElsewhere: readonly Goal[] = [
  elsewhere(goal('memory in use', 'below', 90, '%'), ofTheMachine),
  elsewhere(goal('processors in use', 'below', 95, '%'), ofTheMachine),
  elsewhere(goal('writing the result of a world', 'below', 10, 'ms'), byRecords),
  elsewhere(goal('finding the latest run', 'below', 2.3, 'ms'), byRecords),
  elsewhere(goal('a timeline', 'below', 16, 'ms'), byRecords),
  elsewhere(goal('these statistics', 'below', 19.5, 'ms'), '`npm run bench -- statistics` measures it.'),
  elsewhere(goal('asking a breaker', 'below', 1, 'ms'), '`npm run bench -- worlds` measures it.'),
  elsewhere(goal('deciding how many worlds may run', 'below', 5, 'ms'), '`npm run bench -- worlds` measures it.'),
  elsewhere(goal('records of 1,000 issues', 'below', 50, 'MB'), byRecords),
  elsewhere(goal('three issues at a time, against one', 'below', 1.5, 'times'), 'It takes runs that are begun together for it.'),
];

/** The parts of a run with a goal: which phases of ours it is made of, or how else it is known. */
interface PartOfRun {
  readonly name: string;
  readonly minutes: number;
  /** In ms; undefined for a run without it. */
  readonly ms: (run: RunFacts) => number | undefined;
  readonly why: string;
}

const phases =
  (...names: readonly RunPhase[]) =>
  ({ phases: seen }: RunFacts): number | undefined => {
    const own = seen.filter(({ phase }) => names.includes(phase));
    return own.length === 0 ? undefined : sum(own.map(({ ms }) => ms));
  };

const notReached = 'No run has gone through it.';

const parts: readonly PartOfRun[] = [
  { name: 'analysis', minutes: 3, ms: phases('analysis'), why: notReached },
  { name: 'decomposition', minutes: 5, ms: phases('plan'), why: notReached },
  {
    name: 'worktrees',
    minutes: 0.5,
    ms: () => undefined,
    why: 'It is no task of its own: the metric miyabi_world_create_duration_seconds tells it.',
  },
  { name: 'first task', minutes: 10, ms: ({ planTasks }) => planTasks[0]?.ms, why: notReached },
  {
    name: 'parallel tasks',
    minutes: 15,
    ms: ({ planTasks, planTasksMs }) => (planTasks.length > 1 ? planTasksMs : undefined),
    why: 'No plan had more than one task.',
  },
  { name: 'review', minutes: 5, ms: phases('review'), why: notReached },
  { name: 'pull request', minutes: 3, ms: phases('hand-over'), why: notReached },
  { name: 'checks, merge and deployment', minutes: 15, ms: phases('checks', 'merge', 'deployment'), why: notReached },
  { name: 'clean-up', minutes: 1, ms: phases('clean-up'), why: notReached },
  {
    name: 'low complexity, in all',
    minutes: 20,
    ms: ({ analysis, workMs }) => (analysis !== null && analysis.complexity < 3 ? workMs : undefined),
    why: 'No issue had a complexity below 3.',
  },
  {
    name: 'hotfix, in all',
    minutes: 15,
    ms: ({ analysis, workMs }) => (analysis?.priority === 'P0-Critical' ? workMs : undefined),
    why: 'No issue was a hotfix.',
  },
];

/** How long the parts of completed issues take, the median against the goal. */
export function phaseGoals(runs: readonly CountedRun[]): readonly PhaseGoal[] {
  const done = issueRuns(runs).flatMap(({ facts }) => (facts.state === 'completed' ? [facts] : []));
  return parts.map(({ name, minutes, ms, why }) => {
    const taken = done.flatMap((run) => ms(run) ?? []).map((each) => each / 60_000);
    const measured = measure(goal(name, 'below', minutes, 'min'), median(taken), { of: counted(taken.length, 'run'), why });
    return { ...measured, p90: quantile(taken, 0.9) ?? null };
  });
}
