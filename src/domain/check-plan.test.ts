import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WrittenPlan } from './check-plan.ts';
import { checkPlan, writtenPlan } from './check-plan.ts';
import { parseIssue } from './issue.ts';
import type { Issue } from './issue.ts';
import { planIssue } from './plan.ts';

function issueOf(text: string): Issue {
  return parseIssue(text, { kind: 'text' })!;
}
const issue = issueOf('# Sign in\n\nPeople sign in with a password.');

function reasonsOf(value: unknown): readonly string[] {
  const checked = checkPlan(value, issue);
  return checked.kind === 'refused' ? checked.reasons : [];
}

describe('a plan that a person has written', () => {
  it('is read with what they left out filled in, and told to agents with the issue around it', () => {
    const checked = checkPlan(
      {
        tasks: [
          { id: 'task-a', title: 'The table' },
          { id: 'task-b', title: 'The page', after: ['task-a'], minutes: 40 },
        ],
      },
      issue,
    );
    expect(checked).toMatchObject({
      kind: 'plan',
      warnings: [],
      plan: {
        criticalPath: ['task-a', 'task-b'],
        criticalMinutes: 55,
        tasks: [
          { id: 'task-a', estimatedMinutes: 15, position: { number: 1, of: 2 } },
          {
            id: 'task-b',
            after: ['task-a'],
            instructions: expect.stringMatching(/^# The page\n\nThis is part 2 of 2[^]*People sign in with a password/),
          },
        ],
      },
    });
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['nothing', undefined, /plan: /],
    ['a text', 'tasks: none', /plan: /],
    ['no task', { tasks: [] }, /There is no task/],
    ['a word that was misspelt', { tasks: [{ id: 'task-1', title: 'x', afer: ['task-2'] }] }, /tasks\.0: .*afer/],
    [
      'a circle',
      {
        tasks: [
          { id: 'task-1', title: 'x', after: ['task-2'] },
          { id: 'task-2', title: 'y', after: ['task-1'] },
        ],
      },
      /wait for each other: task-1 -> task-2 -> task-1/,
    ],
    ['a task after itself', { tasks: [{ id: 'task-1', title: 'x', after: ['task-1'] }] }, /wait for each other/],
    ['a task that there is not', { tasks: [{ id: 'task-1', title: 'x', after: ['task-9'] }] }, /"task-9", which is no task/],
    [
      'one id twice',
      {
        tasks: [
          { id: 'task-1', title: 'x' },
          { id: 'task-1', title: 'y' },
        ],
      },
      /Two tasks have the id/,
    ],
    ['the name of a task of the run', { tasks: [{ id: 'review', title: 'x' }] }, /"review" is no id of a task/],
    ['an id that is a path', { tasks: [{ id: 'task-../..', title: 'x' }] }, /is no id of a task/],
    ['no title', { tasks: [{ id: 'task-1', title: ' \u200b ' }] }, /has no title/],
    ['a file outside', { tasks: [{ id: 'task-1', title: 'x', files: ['../secret'] }] }, /no path within the repository/],
    ['minutes below nothing', { tasks: [{ id: 'task-1', title: 'x', minutes: -5 }] }, /no sensible number of minutes/],
    ['too much for one issue', { tasks: Array.from({ length: 51 }, (_, index) => ({ id: `task-${index}`, title: 'x' })) }, /51 tasks/],
    [
      'a chain that is too long',
      {
        tasks: Array.from({ length: 11 }, (_, index) => ({
          id: `task-${index}`,
          title: 'x',
          after: index === 0 ? [] : [`task-${index - 1}`],
        })),
      },
      /11 tasks follow one another/,
    ],
  ])('is refused with the reason for %s', (_, value, reason) => {
    expect(reasonsOf(value).join(' ')).toMatch(reason);
  });

  it('may have two tasks that change the same file, and says so', () => {
    const tasks = ['task-1', 'task-2'].map((id) => ({ id, title: id, files: ['src/a.js'] }));
    expect(checkPlan({ tasks }, issue)).toMatchObject({ kind: 'plan', warnings: [expect.stringContaining('both change src/a.js')] });
    expect(checkPlan({ tasks: [tasks[0], { ...tasks[1], after: ['task-1'] }] }, issue)).toMatchObject({ kind: 'plan', warnings: [] });
  });

  it.each(['Fix it\n\nIt is off by one.', 'Two things\n\n- [ ] one\n- [ ] two (after 1)', 'Odd\n\n- [ ] This is part 1 of 2\n- [ ] two'])(
    'is the plan that it was shown as: %j',
    (text) => {
      const about = issueOf(text);
      const planned = planIssue(about, { complexity: 5 });
      const checked = checkPlan(writtenPlan(planned, about), about);
      expect(checked).toEqual({ kind: 'plan', warnings: [], plan: planned });
      const shown = writtenPlan(planned, about).tasks.map(({ instructions }) => instructions ?? '');
      expect(planned.tasks.length > 1 && shown.some((one) => one.includes(`## ${about.title}`))).toBe(false);
    },
  );

  it('never breaks what reads it, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (value) => {
        expect(['plan', 'refused']).toContain(checkPlan(value, issue).kind);
      }),
    );
    const id = fc.constantFrom('task-1', 'task-2', 'task-3', 'task-4', 'publish');
    const task = fc.record({ id, title: fc.string({ maxLength: 20 }), after: fc.array(id, { maxLength: 3 }), minutes: fc.double() });
    fc.assert(
      fc.property(fc.array(task, { maxLength: 6 }), (tasks) => {
        const checked = checkPlan({ tasks } satisfies WrittenPlan, issue);
        expect(checked.kind === 'plan' ? checked.plan.criticalPath : checked.reasons).not.toEqual([]);
      }),
    );
  });
});
