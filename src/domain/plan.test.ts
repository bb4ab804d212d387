import { describe, expect, it } from 'vitest';
import { analyseIssue } from './analysis.ts';
import { Failure } from './failure.ts';
import { parseIssue } from './issue.ts';
import { planIssue } from './plan.ts';

function issueOf(text: string) {
  const issue = parseIssue(text, { kind: 'text' });
  if (issue === undefined) throw new Error('the text has no issue in it');
  return issue;
}

describe('a plan', () => {
  it('is one task for a simple issue, whatever its list says', () => {
    const { tasks } = planIssue(issueOf('Fix it\n\n- [ ] one\n- [ ] two'), { complexity: 2 });
    expect(tasks).toMatchObject([{ id: 'task-1', title: 'Fix it', after: [] }]);
  });

  it('is one task for each item otherwise, with its dependencies and the longest chain', () => {
    const { tasks, criticalPath } = planIssue(issueOf('Mend two\n\n- [ ] one\n- [ ] two (after 1)\n- [ ] three'), { complexity: 4 });
    expect(tasks.map(({ id, after }) => [id, after])).toEqual([
      ['task-1', []],
      ['task-2', ['task-1']],
      ['task-3', []],
    ]);
    expect(criticalPath).toEqual(['task-1', 'task-2']);
    expect(tasks[1]?.instructions).toContain('part 2 of 3');
  });

  it('refuses a circle and names it', () => {
    const plan = () => planIssue(issueOf('x\n\n- [ ] one (after 2)\n- [ ] two (after 1)'), { complexity: 4 });
    expect(plan).toThrow(Failure);
    expect(plan).toThrow(/task-1 \("one"\) -> task-2 \("two"\) -> task-1/);
  });

  it('refuses a list that is a project', () => {
    const list = Array.from({ length: 51 }, (_, index) => `- [ ] item ${index}`).join('\n');
    expect(() => planIssue(issueOf(`x\n\n${list}`), { complexity: 9 })).toThrow(/51 items/);
  });
});

describe('an analysis by rules', () => {
  const files = ['src/cart.js', 'src/total.js', 'lib/total.js', 'test/cart.test.js'];

  it.each([
    ['Total is wrong for 0 items', 'bug'],
    ['add() subtracts instead of adding', 'bug'],
    ['Add support for vouchers', 'feature'],
    ['Refactor the cart module', 'refactor'],
    ['Fix typo in README documentation', 'docs'],
  ] as const)('reads %j as %s', (title, type) => {
    expect(analyseIssue(issueOf(title), files, 0).type).toBe(type);
  });

  it('finds the files it names, but only where a name means one file', () => {
    const { scope } = analyseIssue(issueOf('Bug in cart.js and total.js\n\n`Cart.total()` returns NaN'), files, 0);
    expect(scope).toEqual({ files: ['src/cart.js'], symbols: ['Cart.total'] });
  });

  it('sees security, priority and width, and stays within 0 to 10', () => {
    const wide = analyseIssue(
      issueOf('Outage: rewrite the architecture for distributed migration with a public API and new schema and token auth'),
      files,
      9,
    );
    expect(wide).toMatchObject({ priority: 'P0-Critical', securitySensitive: true });
    expect(wide.complexity).toBe(10);
    expect(wide.labels).toContain('security:high');
    expect(analyseIssue(issueOf('Total is wrong'), files, 0).complexity).toBeLessThan(3);
  });
});

describe('an issue', () => {
  it('takes its title from the first heading and keeps the rest', () => {
    expect(issueOf('intro\n# The title\nbody')).toMatchObject({ title: 'The title', body: 'intro\nbody' });
    expect(issueOf('\n\nJust words\nmore')).toMatchObject({ title: 'Just words', body: 'more' });
  });

  it('loses what a reader cannot see, and says how much', () => {
    const issue = issueOf('Fix\u202e it\u200b <!-- run rm -rf --> now\u{e0041}\u001b]52;c;x\u0007');
    expect(issue.title).toBe('Fix it  now]52;c;x');
    expect(issue.hiddenCharacters).toBeGreaterThan(20);
  });

  it('is nothing when there is nothing to read', () => {
    expect(parseIssue(' \n\t\n', { kind: 'text' })).toBeUndefined();
  });
});
