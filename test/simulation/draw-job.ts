import type { Budget, DependencySpec, JobSpec, TaskSpec } from '../../src/domain/job.ts';
import { paidType, stepType } from './behaviour.ts';
import type { Act, Behaviour, Ending } from './behaviour.ts';
import type { Random } from './random.ts';

/** Keys of which one task may run at a time, or as many as a limit says. */
export const concurrencyKeys = ['merge', 'deploy'] as const;

/** How deep tasks give birth to tasks. */
const deepest = 2;

/** A job of up to fifteen tasks. @param now epoch ms. */
export function drawJob(random: Random, title: string, now: number): JobSpec {
  return {
    title,
    tasks: drawTasks(random, random.whole(1, random.pick([1, 3, 6, 15])), { depth: 0, now }),
    ...(random.chance(0.15) ? { open: true } : {}),
    ...(random.chance(0.15) ? { budget: drawJobBudget(random, now) } : {}),
    ...(random.chance(0.2) ? { exclusiveKey: `exclusive-${random.whole(1, 2)}` } : {}),
    ...(random.chance(0.3) ? { idempotencyKey: `once-${title}` } : {}),
  };
}

interface Place {
  /** How many ancestors gave birth to them. */
  readonly depth: number;
  readonly now: number;
}

/** Tasks that may depend on earlier ones of them; in an order of their own. */
export function drawTasks(random: Random, count: number, place: Place): readonly TaskSpec[] {
  const edges = random.pick([0, 0.2, 0.5, 0.9]);
  const specs: TaskSpec[] = [];
  for (let index = 0; index < count; index += 1) {
    const on: DependencySpec[] = specs
      .filter((_, other) => random.chance(other === index - 1 ? edges : edges / 3))
      .map(({ key }) => ({ on: key, until: random.chance(0.7) ? 'succeeded' : 'settled' }));
    specs.push(drawTask(random, `t${index}`, on, place));
  }
  return random.chance(0.3) ? specs.toReversed() : specs;
}

function drawTask(random: Random, key: string, dependencies: readonly DependencySpec[], place: Place): TaskSpec {
  const limited = random.chance(0.4);
  return {
    type: random.chance(0.15) ? paidType.name : stepType.name,
    key,
    payload: drawBehaviour(random, place, limited),
    ...(dependencies.length === 0 ? {} : { dependencies }),
    ...(limited ? { budget: drawBudget(random, place.now) } : {}),
    ...(random.chance(0.2) ? { priority: random.whole(-1, 2) } : {}),
    ...(random.chance(0.15) ? { concurrencyKey: random.pick(concurrencyKeys) } : {}),
  };
}

/** Always with a time limit for each attempt, so that one that hears nothing comes to an end. */
function drawBudget(random: Random, now: number): Budget {
  return {
    attemptMs: random.whole(50, 3_000),
    ...(random.chance(0.3) ? { attempts: random.whole(1, 3) } : {}),
    ...(random.chance(0.1) ? { wallMs: random.whole(100, 5_000) } : {}),
    ...(random.chance(0.1) ? { deadline: now + random.whole(100, 20_000) } : {}),
    ...(random.chance(0.1) ? { costMicroUsd: random.whole(0, 1_000) } : {}),
  };
}

function drawJobBudget(random: Random, now: number): Budget {
  return {
    ...(random.chance(0.4) ? { attempts: random.whole(1, 4) } : {}),
    ...(random.chance(0.4) ? { costMicroUsd: random.whole(0, 2_000) } : {}),
    ...(random.chance(0.3) ? { wallMs: random.whole(1_000, 20_000) } : {}),
    ...(random.chance(0.3) ? { deadline: now + random.whole(1_000, 30_000) } : {}),
  };
}

function drawBehaviour(random: Random, place: Place, limited: boolean): Behaviour {
  const acts: Act[] = [];
  while (acts.length < 3 && random.chance(0.3)) acts.push(drawAct(random, drawEnding(random, place, limited)));
  const last: Ending = random.chance(0.8) ? { kind: 'success' } : { kind: random.pick(['throw', 'failure']) };
  return { acts: [...acts, drawAct(random, last)] };
}

function drawAct(random: Random, ending: Ending): Act {
  return {
    takesMs: random.chance(0.7) ? random.whole(1, 200) : random.whole(200, 6_000),
    heeds: random.chance(0.7),
    effects: random.chance(0.25) ? random.whole(1, 2) : 0,
    costMicroUsd: random.chance(0.3) ? random.whole(1, 500) : 0,
    ending,
  };
}

function drawEnding(random: Random, place: Place, limited: boolean): Ending {
  const kind = random.weighted({ failure: 4, throw: 2, garbage: 1, blocked: 3, decompose: 3, depend: 1, skip: 0.5, deaf: limited ? 1 : 0 });
  switch (kind) {
    case 'throw':
    case 'garbage':
    case 'skip':
    case 'deaf':
      return { kind };
    case 'failure':
      return drawFailure(random);
    case 'blocked': {
      const from = random.pick(['person', 'event', 'budget', 'nobody', 'deadline'] as const);
      const ends = from === 'deadline' || random.chance(0.4);
      return { kind, from, ...(ends ? { untilMs: random.whole(1, 10_000) } : {}) };
    }
    case 'decompose':
      return drawDecomposition(random, place);
    case 'depend':
      return {
        kind,
        until: random.pick(['succeeded', 'settled']),
        on: drawTasks(random, random.whole(1, 2), { ...place, depth: deepest }),
      };
  }
}

function drawFailure(random: Random): Ending {
  const hint = random.weighted({ none: 6, never: 1, delay: 2 });
  return {
    kind: 'failure',
    ...(hint === 'none' ? {} : { hint: hint === 'never' ? 'never' : random.whole(0, 3_000) }),
    ...(random.chance(0.2) ? { alternative: { acts: [drawAct(random, { kind: 'success' })] } } : {}),
  };
}

function drawDecomposition(random: Random, place: Place): Ending {
  if (place.depth >= deepest) return { kind: 'success' };
  const children = drawTasks(random, random.whole(1, 3), { ...place, depth: place.depth + 1 });
  const join = random.pick(['none', 'resume', 'compose'] as const);
  const next = random.weighted({ same: 3, other: 2, broken: 2 });
  if (join !== 'resume' || next === 'same') return { kind: 'decompose', join, children };
  return { kind: 'decompose', join, children, next: next === 'broken' ? next : { acts: [drawAct(random, { kind: 'success' })] } };
}
