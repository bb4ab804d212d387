import { describe, expect, it } from 'vitest';
import { answeredByTime, keptObservations, keptText, needFault, readOutcome, storedNeed } from './outcome.ts';

const child = { type: 't', key: 'k', payload: {} };
const wholeChild = {
  ...child,
  dependencies: [
    { on: 'a', until: 'succeeded' },
    { on: 'b', until: 'settled' },
  ],
  budget: { attempts: 2 },
  priority: -1,
  concurrencyKey: 'main',
};
const artifacts = ['file', 'diff', 'log', 'url', 'report', 'commit'].map((kind) => ({ kind, name: 'n', reference: 'r' }));
const seen = { artifacts, observations: ['seen'], costMicroUsd: 0 };
const ask = { signal: 's', question: '?', from: 'person' };
const success = { kind: 'success', result: 1 };
const failure = { kind: 'failure', reason: 'no' };
const blocked = { kind: 'blocked', reason: 'ask', need: ask };
const proposing = (more: object) => ({ kind: 'success', decomposition: { join: 'none', children: [child], ...more } });

describe('what a handler returns', () => {
  it.each([
    ['a result', success],
    ['no result', { kind: 'success' }],
    ['a result that cost a million', { ...success, costMicroUsd: 1_000_000_000_000 }],
    ['a result with what was seen on the way', { ...success, ...seen }],
    ['children that stand on their own', proposing({})],
    ['children it waits for', proposing({ join: 'resume', nextPayload: { next: 1 } })],
    ['children that make up its result', proposing({ join: 'compose' })],
    ['children with all that a task may have', proposing({ children: [wholeChild, child] })],
    ['as many artifacts as are kept', { ...success, artifacts: Array.from({ length: 1_000 }, () => artifacts[0]) }],
    ['artifacts of the longest names', { ...success, artifacts: [{ kind: 'log', name: 'n'.repeat(8_000), reference: 'r'.repeat(8_000) }] }],
    ['a failure', failure],
    ['a failure with all it may have', { ...failure, ...seen, retryHint: { delayMs: 0 }, alternatives: [1, 'b'] }],
    ['a failure that is not to be tried again', { ...failure, retryHint: 'never' }],
    ['a failure that proposes children', { ...failure, decomposition: { join: 'resume', children: [child] } }],
    ['a wait', { ...blocked, ...seen }],
  ])('is an outcome: %s', (_, value) => {
    expect(readOutcome(value)).toStrictEqual({ kind: 'outcome', outcome: value });
  });

  it.each([
    ['nothing', undefined, 'outcome: Invalid input: expected object, received undefined'],
    [
      'a kind that there is not',
      { kind: 'maybe' },
      "outcome.kind: Invalid discriminator value. Expected 'success' | 'failure' | 'blocked'",
    ],
    ['a failure without a reason', { kind: 'failure' }, 'outcome.reason: Invalid input: expected string, received undefined'],
    ['a delay that is no time', { ...failure, retryHint: { delayMs: Number.NaN } }, 'outcome.retryHint: Invalid input'],
    ['a delay before now', { ...failure, retryHint: { delayMs: -1 } }, 'outcome.retryHint.delayMs: Too small: expected number to be >=0'],
    ['a hint that there is not', { ...failure, retryHint: 'later' }, 'outcome.retryHint: Invalid input'],
    [
      'alternatives that are no list',
      { ...failure, alternatives: 'b' },
      'outcome.alternatives: Invalid input: expected array, received string',
    ],
    [
      'a failure whose children are none',
      { ...failure, decomposition: { join: 'resume', children: [] } },
      'outcome.decomposition.children: Too small: expected array to have >=1 items',
    ],
    ['no children', proposing({ children: [] }), 'outcome.decomposition.children: Too small: expected array to have >=1 items'],
    [
      'a join that there is not',
      proposing({ join: 'all' }),
      'outcome.decomposition.join: Invalid option: expected one of "none"|"resume"|"compose"',
    ],
    [
      'a result and children',
      { ...success, decomposition: { join: 'none', children: [child] } },
      'outcome.result: a success that proposes children carries no result',
    ],
    ['a cost below nothing', { ...success, costMicroUsd: -1 }, 'outcome.costMicroUsd: Too small: expected number to be >=0'],
    [
      'a cost that nothing has',
      { ...success, costMicroUsd: 1_000_000_000_001 },
      'outcome.costMicroUsd: Too big: expected number to be <=1000000000000',
    ],
    ['half a micro-USD', { ...success, costMicroUsd: 0.5 }, 'outcome.costMicroUsd: Invalid input: expected int, received number'],
    ['a cost of a failure', { ...failure, costMicroUsd: -1 }, 'outcome.costMicroUsd: Too small: expected number to be >=0'],
    ['a cost of a wait', { ...blocked, costMicroUsd: -1 }, 'outcome.costMicroUsd: Too small: expected number to be >=0'],
    [
      'observations that are no sentences',
      { ...success, observations: [1] },
      'outcome.observations.0: Invalid input: expected string, received number',
    ],
    [
      'an artifact of a kind that there is not',
      { ...success, artifacts: [{ kind: 'song', name: 'n', reference: 'r' }] },
      'outcome.artifacts.0.kind: Invalid option: expected one of "file"|"diff"|"log"|"url"|"report"|"commit"',
    ],
    [
      'an artifact that names nothing',
      { ...success, artifacts: [{ kind: 'log' }] },
      'outcome.artifacts.0.name: Invalid input: expected string, received undefined; outcome.artifacts.0.reference: Invalid input: expected string, received undefined',
    ],
    [
      'more artifacts than are kept',
      { ...success, artifacts: Array.from({ length: 1_001 }, () => artifacts[0]) },
      'outcome.artifacts: Too big: expected array to have <=1000 items',
    ],
    [
      'an artifact whose name is too long',
      { ...success, artifacts: [{ kind: 'log', name: 'n'.repeat(8_001), reference: 'r' }] },
      'outcome.artifacts.0.name: Too big: expected string to have <=8000 characters',
    ],
    [
      'an artifact whose reference is too long',
      { ...success, artifacts: [{ kind: 'log', name: 'n', reference: 'r'.repeat(8_001) }] },
      'outcome.artifacts.0.reference: Too big: expected string to have <=8000 characters',
    ],
    ['a wait without a reason', { kind: 'blocked', need: ask }, 'outcome.reason: Invalid input: expected string, received undefined'],
    [
      'a wait for no signal',
      { ...blocked, need: { ...ask, signal: '' } },
      'outcome.need.signal: Too small: expected string to have >=1 characters',
    ],
    [
      'a wait that proposes children',
      { ...blocked, decomposition: { join: 'none', children: [child] } },
      'outcome.decomposition: Invalid input: expected never, received object',
    ],
  ])('is none, and the path says why: %s', (_, value, fault) => {
    expect(readOutcome(value)).toStrictEqual({ kind: 'fault', reason: fault });
  });

  it.each([
    ['a child without a type', proposing({ children: [{ ...child, type: '' }] }), 'outcome.decomposition.children.0.type: '],
    ['a child without a key', proposing({ children: [child, { ...child, key: '' }] }), 'outcome.decomposition.children.1.key: '],
    ['a child with half a priority', proposing({ children: [{ ...child, priority: 0.5 }] }), 'outcome.decomposition.children.0.priority: '],
    [
      'a child with an empty concurrency key',
      proposing({ children: [{ ...child, concurrencyKey: '' }] }),
      'outcome.decomposition.children.0.concurrencyKey: ',
    ],
    ['a child with a budget that is none', proposing({ children: [{ ...child, budget: 3 }] }), 'outcome.decomposition.children.0.budget: '],
    [
      'a child that depends on something in a way that there is not',
      proposing({ children: [{ ...child, dependencies: [{ on: 'a', until: 'begun' }] }] }),
      'outcome.decomposition.children.0.dependencies.0.until: ',
    ],
    [
      'a child that depends on nothing that has a name',
      proposing({ children: [{ ...child, dependencies: [{ until: 'settled' }] }] }),
      'outcome.decomposition.children.0.dependencies.0.on: ',
    ],
  ])('is none because of a child, and the path says of which: %s', (_, value, path) => {
    const read = readOutcome(value);
    expect(read.kind === 'fault' && read.reason.slice(0, path.length)).toBe(path);
  });
});

describe('what is read of an outcome', () => {
  it('has the fields of an outcome and no others', () => {
    const more = { more: 1n };
    const value = { ...blocked, ...more, artifacts: [{ ...artifacts[0], ...more }], need: { ...ask, ...more } };
    expect(readOutcome(value)).toStrictEqual({ kind: 'outcome', outcome: { ...blocked, artifacts: [artifacts[0]] } });
    const whole = { ...failure, decomposition: { join: 'resume', children: [wholeChild] } };
    expect(readOutcome({ ...whole, ...more, decomposition: { ...whole.decomposition, ...more } })).toStrictEqual({
      kind: 'outcome',
      outcome: whole,
    });
  });

  it('is a copy', () => {
    const value = { ...blocked, observations: ['seen'], need: { ...ask } };
    const read = readOutcome(value);
    value.need.question = 'changed';
    value.observations.push('later');
    expect(read).toStrictEqual({ kind: 'outcome', outcome: { ...blocked, observations: ['seen'] } });
  });
});

describe('a text that is kept', () => {
  it.each([
    ['', ''],
    ['x'.repeat(8_000), 'x'.repeat(8_000)],
    ['x'.repeat(8_001), `${'x'.repeat(7_977)} [cut: 8001 characters]`],
    [`${'x'.repeat(7_976)}\u{1F338}${'x'.repeat(1_000)}`, `${'x'.repeat(7_976)} [cut: 8978 characters]`],
    [`${'x'.repeat(7_975)}\u{1F338}${'x'.repeat(1_000)}`, `${'x'.repeat(7_975)}\u{1F338} [cut: 8977 characters]`],
  ])('is cut where it is too long, between characters, and says so (%#)', (text, kept) => {
    expect(keptText(text)).toBe(kept);
  });
});

describe('observations that are kept', () => {
  const long = 'y'.repeat(7_999);
  it.each([
    [
      ['a', '', 'b'],
      ['a', '', 'b'],
    ],
    [Array.from({ length: 8 }, () => long), Array.from({ length: 8 }, () => long)],
    [
      [...Array.from({ length: 8 }, () => long), '', 'b'],
      [...Array.from({ length: 8 }, () => long), '[left out: 2 more]'],
    ],
    [
      ['z'.repeat(9_000), 'after'],
      [`${'z'.repeat(7_977)} [cut: 9000 characters]`, 'after'],
    ],
  ])('are cut to what all may have together, and the last says so (%#)', (observations, kept) => {
    expect(keptObservations(observations)).toStrictEqual(kept);
  });
});

describe('a need', () => {
  it.each([
    [ask],
    [{ ...ask, details: { plan: ['a', 'b'] } }],
    [{ ...ask, until: 0 }],
    [{ ...ask, until: 8_640_000_000_000_000 }],
    [{ ...ask, from: 'event' }],
    [{ ...ask, from: 'event', until: 7 }],
    [{ ...ask, from: 'budget' }],
    [{ ...ask, from: 'budget', until: 7 }],
    [{ ...ask, from: 'nobody' }],
    [{ ...ask, from: 'nobody', until: 7 }],
    [{ ...ask, from: 'deadline', until: 7 }],
  ])('%j is one, and comes back from where it is stored as it was', (value) => {
    expect(needFault(value)).toBeUndefined();
    expect(storedNeed.parse(JSON.parse(JSON.stringify(value)))).toStrictEqual(value);
  });

  it.each([
    [undefined, 'need: Invalid input: expected object, received undefined'],
    [{ ...ask, signal: '' }, 'need.signal: Too small: expected string to have >=1 characters'],
    [{ signal: 's', from: 'person' }, 'need.question: Invalid input: expected string, received undefined'],
    [
      { signal: '', from: 'person' },
      'need.signal: Too small: expected string to have >=1 characters; need.question: Invalid input: expected string, received undefined',
    ],
    [{ ...ask, from: 'dog' }, "need.from: Invalid discriminator value. Expected 'person' | 'event' | 'budget' | 'nobody' | 'deadline'"],
    [{ ...ask, until: -1 }, 'need.until: Too small: expected number to be >=0'],
    [{ ...ask, until: 8_640_000_000_000_001 }, 'need.until: Too big: expected number to be <=8640000000000000'],
    [{ ...ask, until: 0.5 }, 'need.until: Invalid input: expected int, received number'],
    [{ ...ask, from: 'deadline' }, 'need.until: Invalid input: expected number, received undefined'],
    [{ ...ask, from: 'deadline', until: -1 }, 'need.until: Too small: expected number to be >=0'],
  ])('%j is none, and the path says why', (value, fault) => {
    expect(needFault(value)).toBe(fault);
  });

  it('that nobody met in time is answered by its deadline', () => {
    expect(answeredByTime).toBe('deadline');
  });
});
