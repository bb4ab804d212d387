import fc from 'fast-check';
import { keyNames } from './operations.ts';
import type { BudgetDraft, Ending, JobDraft, Operation, TaskDraft } from './operations.ts';

const which = fc.nat({ max: 11 });
const cost = fc.constantFrom(0, 0, 300_000, 700_000);

const budget: fc.Arbitrary<BudgetDraft> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record({ attempts: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ costMicroUsd: fc.constantFrom(0, 500_000, 1_000_000) }) },
  { weight: 1, arbitrary: fc.record({ wallMs: fc.constantFrom(3_000, 40_000) }) },
  { weight: 1, arbitrary: fc.record({ deadlineMs: fc.constantFrom(5_000, 60_000) }) },
);

const task: fc.Arbitrary<TaskDraft> = fc.record({
  paid: fc.boolean(),
  priority: fc.constantFrom(0, 0, 1, -1),
  concurrencyKey: fc.constantFrom(undefined, undefined, ...keyNames),
  budget,
  dependencies: fc.array(fc.record({ on: which, until: fc.constantFrom('succeeded', 'succeeded', 'settled') }), { maxLength: 2 }),
});

function tasks(minLength: number, maxLength: number): fc.Arbitrary<readonly TaskDraft[]> {
  return fc.array(task, { minLength, maxLength, size: 'max' });
}

const job: fc.Arbitrary<JobDraft> = fc.record({
  tasks: tasks(0, 4),
  open: fc.constantFrom(false, false, false, true),
  budget,
  idempotencyKey: fc.constantFrom(undefined, undefined, undefined, undefined, 'once'),
  exclusiveKey: fc.constantFrom(undefined, undefined, undefined, 'alone'),
});

const ending: fc.Arbitrary<Ending> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('success' as const), costMicroUsd: cost }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('failure' as const),
      costMicroUsd: cost,
      hint: fc.constantFrom('never' as const, 'never' as const, 0, 3_000, undefined, undefined),
      alternative: fc.constantFrom(undefined, undefined, undefined, 'good' as const, 'broken' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('thrown' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('blocked' as const),
      from: fc.constantFrom('person', 'event', 'budget', 'nobody', 'deadline'),
      untilMs: fc.constantFrom(undefined, undefined, 0, 4_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decompose' as const),
      failed: fc.constantFrom(false, false, true),
      join: fc.constantFrom('none', 'resume', 'compose'),
      next: fc.constantFrom(undefined, undefined, 'good' as const, 'broken' as const),
      children: tasks(1, 3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('garbage' as const), what: fc.constantFrom('number', 'unknown type') }) },
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constant('submit' as const), through: fc.nat({ max: 2 }), job }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('add' as const), job: which, tasks: tasks(1, 3) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('seal', 'resume'), job: which }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('pause', 'resume', 'cancel'), job: which }) },
  { weight: 22, arbitrary: fc.record({ op: fc.constant('claim' as const), worker: fc.nat({ max: 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('offer' as const), worker: fc.nat({ max: 1 }), task: which, older: fc.nat({ max: 2 }) }),
  },
  { weight: 24, arbitrary: fc.record({ op: fc.constant('settle' as const), attempt: which, ending }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('retry' as const), task: which, any: fc.constantFrom(false, false, false, true) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('signal' as const),
      task: which,
      any: fc.constantFrom(false, false, false, true),
      name: fc.constantFrom('go', 'go', 'go', 'other'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('limit' as const),
      of: fc.constantFrom('type', 'key'),
      name: fc.nat({ max: 1 }),
      most: fc.constantFrom(0, 1, 2, undefined),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 2_000, 10_000, 31_000), beating: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('jump' as const), ms: fc.constantFrom(-60_000, -3_000, 3_000, 3_600_000) }) },
  { weight: 9, arbitrary: fc.record({ op: fc.constant('attend' as const), worker: fc.nat({ max: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('kill', 'stop'), worker: fc.nat({ max: 1 }) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('start' as const), eager: fc.boolean() }) },
);

/** One worker and one job to begin with, then up to 50 operations, 25 in the mean. */
export const sequences: fc.Arbitrary<readonly Operation[]> = fc.noBias(
  fc
    .tuple(fc.boolean(), job, fc.array(operation, { minLength: 1, maxLength: 50, size: 'max' }))
    .map(([eager, first, then]) => [{ op: 'start', eager }, { op: 'submit', through: 0, job: first }, ...then]),
);
