import { expect, test } from 'vitest';
import type { ProposedTask } from './proposed-plan.ts';
import { proposalFaults, proposedPlan } from './proposed-plan.ts';

function task(id: string, more: Partial<ProposedTask> = {}): ProposedTask {
  return { id, title: `Title of ${id}`, instructions: `Do ${id}.`, after: [], files: [], minutes: 20, lines: 40, ...more };
}
const issue = { title: 'Discounts', body: 'They are wrong.', origin: { kind: 'text' }, hiddenCharacters: 0 } as const;

test('a sound proposal becomes a plan with ids of ours, the issue told with each part', () => {
  const tasks = [
    task('schema', { files: ['src/schema.ts', 'src/new.ts'] }),
    task('use it', { after: ['schema', 'schema'], minutes: 61.4 }),
  ];
  expect(proposalFaults(tasks)).toEqual([]);
  const plan = proposedPlan(issue, tasks, (path) => path === 'src/schema.ts');
  expect(plan.criticalPath).toEqual(['task-1', 'task-2']);
  expect(plan.tasks).toMatchObject([
    { id: 'task-1', title: 'Title of schema', after: [], position: { number: 1, of: 2 }, files: ['src/schema.ts'], estimatedLines: 40 },
    { id: 'task-2', after: ['task-1'], estimatedMinutes: 61 },
  ]);
  expect(plan.tasks[0]?.instructions).toBe(
    '# Title of schema\n\nDo schema.\n\nFiles of this part: src/schema.ts, src/new.ts\n\nThis is part 1 of 2 of the following issue. Do this part only.\n\n## Discounts\n\nThey are wrong.\n',
  );
});

test.each<[string, readonly ProposedTask[], RegExp]>([
  ['no task', [], /^There is no task\.$/],
  ['ten thousand tasks', Array.from({ length: 10_000 }, (_, index) => task(`t${index}`)), /^There are 10000 tasks, and 50 at most/],
  ['the same id twice', [task('a'), task('a')], /Two tasks have the id "a"/],
  ['an unknown id', [task('a', { after: ['b'] })], /"a" comes after "b", which is no task/],
  ['a task after itself', [task('a', { after: ['a'] })], /wait for each other: a -> a/],
  ['a cycle', [task('a', { after: ['b'] }), task('b', { after: ['a'] })], /wait for each other: a -> b -> a/],
  [
    'a chain of eleven',
    Array.from({ length: 11 }, (_, index) => task(`t${index}`, index === 0 ? {} : { after: [`t${index - 1}`] })),
    /^11 tasks follow one another, and 10 at most may\.$/,
  ],
  ['a file of two', [task('a', { files: ['x.ts'] }), task('b', { files: ['y.ts', 'x.ts'] })], /"a" and "b" both change x\.ts/],
  ['no title', [task('a', { title: ' \u200b' })], /"a" has no title/],
  ['no instructions', [task('a', { instructions: '\n' })], /no instructions/],
  ['endless instructions', [task('a', { instructions: 'x'.repeat(10_001) })], /more than 10000 characters/],
  ['a path that leads out', [task('a', { files: ['src/../../etc/passwd'] })], /no path within the repository/],
  ['an absolute path', [task('a', { files: ['/etc/passwd'] })], /no path within the repository/],
  ['no minutes', [task('a', { minutes: Number.NaN })], /no sensible number of minutes/],
  ['less than no lines', [task('a', { lines: -1 })], /no sensible number of lines/],
])('%s is told', (_, tasks, told) => {
  expect(proposalFaults(tasks).join(' ')).toMatch(told);
});

test('what nobody sees is taken out of instructions, and comments of HTML, which may be what they are about, stay', () => {
  const [first] = proposedPlan(issue, [task('a', { instructions: 'Take\u200b out `<!--` here.' }), task('b')], () => false).tasks;
  expect(first?.instructions).toContain('Take out `<!--` here.\n\nThis is part 1 of 2');
});

test('a file may be changed by several tasks that come one after the other', () => {
  const tasks = [task('a', { files: ['x'] }), task('b', { after: ['a'] }), task('c', { after: ['b'], files: ['x'] })];
  expect(proposalFaults(tasks)).toEqual([]);
});
