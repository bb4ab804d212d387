import { describe, expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { taskListItems } from './task-list.ts';

describe('the items of a task list', () => {
  it('come in order, without the words that say what they wait for', () => {
    const items = taskListItems(
      'Intro\n\n- [ ] Round the total\n- [ ] Print the report (after task 1)\n* [ ] Sum up, depends on 1 and 2\n',
    );
    expect(items).toEqual([
      { title: 'Round the total', after: [] },
      { title: 'Print the report', after: [1] },
      { title: 'Sum up', after: [1, 2] },
    ]);
  });

  it.each([
    ['- [ ] A thing\n- [ ] B after the first', [1]],
    ['- [ ] A thing\n- [ ] B (after the previous one)', [1]],
    ['- [ ] A thing\n- [ ] B, after "a thing"', [1]],
    ['- [ ] `thing()` fails\n- [ ] B ( after 1 )', [1]],
    ['- [ ] A thing\n- [ ] B blocked by: #1', [1]],
    ['- [ ] Fix `total`\n- [ ] B needs `total`', [1]],
  ])('understand %j', (body, after) => {
    expect(taskListItems(body)[1]?.after).toEqual(after);
    expect(taskListItems(body)[1]?.title).toBe('B');
  });

  it.each(['Retry after 5 seconds', 'Show the sum after "Save" is pressed', 'Log out after the first failed try', 'It needs "love"'])(
    'leave prose alone: %s',
    (text) => {
      expect(taskListItems(`- [ ] Other\n- [ ] ${text}`)[1]).toEqual({ title: text, after: [] });
    },
  );

  it.each([
    ['B ~40 min', 40, []],
    ['B (~1.5h)', 90, []],
    ['B, estimate: 2 hours', 120, []],
    ['B (after 1, est. 25 min)', 25, [1]],
    ['B (~25 m, after 1)', 25, [1]],
    ['B (after 1) (estimated 3 h)', 180, [1]],
    ['B ~20 min, after 1', 20, [1]],
  ])('take the estimate of %j', (text, minutes, after) => {
    expect(taskListItems(`- [ ] A\n- [ ] ${text}`)[1]).toEqual({ title: 'B', after, minutes });
  });

  it.each([
    'Expire sessions (30 min)',
    'Cache for 2 h',
    'Wait ~5 min before the next try',
    'Show the estimate: 3 days',
    'Poll every ~0 min',
  ])('leave times alone that are no estimates: %s', (text) => {
    expect(taskListItems(`- [ ] Other\n- [ ] ${text}`)[1]).toEqual({ title: text, after: [] });
  });

  it('leave out what is ticked and keep counting as the reader does', () => {
    expect(taskListItems('- [x] Done\n- [ ] Two\n- [ ] Three (after 2)\n- [ ] Four (after 1)')).toEqual([
      { title: 'Two', after: [] },
      { title: 'Three', after: [1] },
      { title: 'Four', after: [] },
    ]);
  });

  it('refuse a number that is no other item', () => {
    expect(() => taskListItems('- [ ] One (after 7)')).toThrow(Failure);
    expect(() => taskListItems('- [ ] One (after 1)')).toThrow(/not another item/);
  });
});

it('the name of a function keeps its brackets', () => {
  expect(taskListItems('- [ ] `sum()` is wrong\n- [ ] mend `total()` (after 1)').map(({ title }) => title)).toEqual([
    '`sum()` is wrong',
    'mend `total()`',
  ]);
});
