import type { JobDraft, Operation, TaskDraft } from './operations.ts';

const task = (more: Partial<TaskDraft> = {}): TaskDraft => ({
  paid: false,
  priority: 0,
  concurrencyKey: undefined,
  budget: {},
  dependencies: [],
  ...more,
});

const submit = (through: number, tasks: readonly TaskDraft[], more: Partial<JobDraft> = {}): Operation => ({
  op: 'submit',
  through,
  job: { tasks, open: false, budget: {}, idempotencyKey: undefined, exclusiveKey: undefined, ...more },
});

const start: Operation = { op: 'start', eager: false };
const claim: Operation = { op: 'claim', worker: 0 };
const dies: Operation = { op: 'settle', attempt: 0, ending: { kind: 'failure', costMicroUsd: 0, hint: 'never', alternative: undefined } };
const succeeds: Operation = { op: 'settle', attempt: 0, ending: { kind: 'success', costMicroUsd: 0 } };
const retry: Operation = { op: 'retry', task: 0, any: false };
const key = { concurrencyKey: 'k1' };

/** What once went otherwise than the model says, as short as it could be made. */
export const found: readonly { readonly what: string; readonly operations: readonly Operation[] }[] = [
  {
    what: 'a task that was given a free place, and whose worker stops before it takes it, keeps the place from nobody',
    operations: [
      start,
      start,
      submit(0, [task(key), task(key)]),
      submit(1, [task(key)]),
      claim,
      claim,
      claim,
      { op: 'stop', worker: 0 },
      claim,
    ],
  },
  {
    what: 'a task that was given a free place keeps it from nobody while its job is paused',
    operations: [
      start,
      submit(0, [task(key), task(key)]),
      submit(0, [task(key)]),
      claim,
      claim,
      claim,
      succeeds,
      { op: 'pause', job: 0 },
      claim,
    ],
  },
  {
    what: 'a task that was given a free place under one limit, and is held back by another, keeps the place from nobody',
    operations: [
      start,
      submit(0, [task(key), task({ ...key, paid: true }), task(key)]),
      claim,
      claim,
      claim,
      { op: 'limit', of: 'type', name: 1, most: 0 },
      succeeds,
      claim,
    ],
  },
  {
    what: 'what a dead worker was doing goes back in the order in which it was made',
    operations: [start, submit(0, [task(), task({ priority: 1 })]), claim, claim, { op: 'kill', worker: 0 }, start, claim],
  },
  {
    what: 'waits that a clock which goes back has ended are over in the order in which they would have been',
    operations: [
      { op: 'start', eager: true },
      submit(0, [task(), task()]),
      { op: 'settle', attempt: 0, ending: { kind: 'blocked', from: 'person', untilMs: 4_000 } },
      { op: 'settle', attempt: 0, ending: { kind: 'failure', costMicroUsd: 0, hint: undefined, alternative: undefined } },
      { op: 'jump', ms: -60_000 },
      { op: 'attend', worker: 0 },
    ],
  },
  {
    what: 'a task that waits for the end of two does not begin when one of them ends twice',
    operations: [
      start,
      submit(0, [task(), task(), task({ dependencies: [0, 1].map((on) => ({ on, until: 'settled' as const })) })]),
      claim,
      dies,
      retry,
      claim,
      claim,
      succeeds,
      succeeds,
    ],
  },
  {
    what: 'a child that was skipped, and whose parent has taken that into account, is not begun again with what it was skipped for',
    operations: [
      start,
      submit(0, [task(), task()]),
      claim,
      dies,
      claim,
      {
        op: 'settle',
        attempt: 0,
        ending: {
          kind: 'decompose',
          failed: false,
          join: 'resume',
          next: undefined,
          children: [
            task({
              dependencies: [
                {
                  on: 0,
                  until: 'succeeded',
                },
              ],
            }),
            task(),
          ],
        },
      },
      retry,
      claim,
      claim,
      succeeds,
      succeeds,
      claim,
    ],
  },
  {
    what: 'a task that was seen ready, and was cancelled before it is offered, is no longer on offer',
    operations: [
      start,
      submit(0, []),
      submit(0, [task({ budget: { attempts: 1 } })], { budget: { costMicroUsd: 0 } }),
      claim,
      {
        op: 'settle',
        attempt: 0,
        ending: {
          kind: 'decompose',
          failed: false,
          join: 'none',
          next: undefined,
          children: [task({ budget: { costMicroUsd: 0 } }), task({ budget: { attempts: 1 } })],
        },
      },
      claim,
      { op: 'cancel', job: 0 },
      { op: 'offer', worker: 0, task: 11, older: 0 },
    ],
  },
];
