import { describe, expect, it } from 'vitest';
import { compareLogs, logNameOf } from './log-name.ts';

const logsOf = (files: readonly string[]) => files.map((file) => logNameOf(file)).filter((name) => name !== undefined);

describe('the name of a log', () => {
  it('is that of the plan task and the world whose agent printed it', () => {
    expect(logNameOf('task-1-alpha.log')).toEqual({ log: 'task-1.alpha', planTask: 'task-1', world: 'alpha' });
    expect(logNameOf('task-12-writer-2.log')).toEqual({ log: 'task-12.writer-2', planTask: 'task-12', world: 'writer-2' });
    expect(logNameOf('task-1-beta-again.log')).toEqual({ log: 'task-1.beta-again', planTask: 'task-1', world: 'beta' });
  });

  it('is that of its file where no agent printed it', () => {
    expect(logNameOf('7f3k2m9qxa-smoke.log')).toEqual({ log: '7f3k2m9qxa-smoke', planTask: undefined, world: undefined });
    expect(logNameOf('7f3k2m9qxa-alpha-setup.log')?.log).toBe('7f3k2m9qxa-alpha-setup');
  });

  it('is none where a path could be made of it, or it is no log', () => {
    const files = ['..log', '.log', '../x.log', 'a/b.log', 'notes.txt', `${'a'.repeat(151)}.log`, 'a b.log', '-a.log'];
    expect(files.filter((file) => logNameOf(file) !== undefined)).toEqual([]);
  });
});

it('logs come in the order of tasks and places of worlds, and what is beside them comes last', () => {
  const files = [
    '2-release.log',
    'task-10-alpha.log',
    'task-2-beta.log',
    '1-smoke.log',
    'task-2-writer-1.log',
    'task-2-alpha-again.log',
    'task-2-alpha.log',
  ];
  expect(
    logsOf(files)
      .toSorted(compareLogs)
      .map(({ log }) => log),
  ).toEqual(['task-2.alpha', 'task-2.alpha-again', 'task-2.beta', 'task-2.writer-1', 'task-10.alpha', '1-smoke', '2-release']);
});
