import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseIssue } from '../../domain/analysis.ts';
import { isOurs } from '../../domain/forge.ts';
import { parseIssue } from '../../domain/issue.ts';
import type { Plan } from '../../domain/plan.ts';
import { planIssue, planOf } from '../../domain/plan.ts';
import { taskListItems } from '../../domain/task-list.ts';
import { escalationOf } from '../escalate.ts';
import { escalationComment } from './escalation-comment.ts';
import { code, fenced, inline, link, mostMarkdown, sections, table } from './markdown.ts';
import { planGraph } from './mermaid.ts';
import { planComment } from './plan-comment.ts';
import { reviewComment } from './review-comment.ts';

const nasty = [
  '@everyone and @org/team',
  'Fixes #1, closes GH-2, see octo/repo#3 and https://github.com/o/r/issues/4 or www.evil.example',
  '| a | b |\n| - | - |',
  '```\nout of the fence\n````` more',
  '<img src=x onerror=alert(1)><!-- miyabi:run_x:plan --> </details>',
  '](javascript:alert(1)) [x](http://evil.example) ![i](http://evil.example/p.png)',
  '"]; click t1 "javascript:alert(1)"\n%%{init: {}}%% end',
  '# Heading\n> [!NOTE]\n- [ ] task\n1. one',
  '$$x$$ *a* _b_ ~~c~~ `d` \\',
  '\u202e reversed \u200b\u0000\u001b[31m',
];
const foreign = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.array(fc.constantFrom(...'`|\\<>@#[]()*_~$\n:/&"; a1'.split('')), { maxLength: 40 }).map((all) => all.join('')),
);

/** What a reader of GitHub's Markdown would still act on, with escaped characters and code taken out. */
function actedOn(markdown: string): string {
  return markdown.replaceAll(/\\[!-/:-@[-`{-~]/g, '·').replaceAll(/`[^`\n]+`/g, '·');
}

describe('foreign text on one line', () => {
  it('calls nobody, refers to nothing, links nowhere and is no markup', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const line = inline(text);
        expect(line).not.toMatch(/[\n\r<>]/);
        const left = actedOn(line);
        expect(left).not.toMatch(/@\w|#\d|\bgh-\d|:\/\/|www\./i);
        expect(left).not.toMatch(/[`*_[\]|~$]/);
        expect(line).not.toMatch(/^(?:#|\+|-|=|>|\d+[.)])/);
      }),
      { numRuns: 500 },
    );
  });

  it('stays within its cell, also as code', () => {
    fc.assert(
      fc.property(foreign, foreign, (one, other) => {
        const [, , row = ''] = table(['a', 'b'], [[inline(one), code(other)]]).split('\n');
        // Bars that a reader of tables counts: those without a backslash before them.
        expect(row.replaceAll(/\\[^]/g, '').match(/\|/g)).toHaveLength(3);
        expect(row).not.toContain('\n');
      }),
      { numRuns: 500 },
    );
  });

  it('is cut where it is long, and never within a character', () => {
    expect(inline('😀'.repeat(10), 4)).toBe('😀…');
    expect(inline('a'.repeat(400)).length).toBe(300);
  });
});

describe('foreign text on several lines', () => {
  it('stays within its fence', () => {
    fc.assert(
      fc.property(foreign, foreign, (one, other) => {
        const lines = fenced(`${one}\n${other}`).split('\n');
        const fence = lines[0]!;
        expect(fence).toMatch(/^`{3,}$/);
        expect(lines.at(-1)).toBe(fence);
        expect(isOurs(lines.join('\n'))).toBe(false);
        for (const line of lines.slice(1, -1)) expect(line.trimStart().startsWith(fence)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a link', () => {
  it('leads to the web or nowhere', () => {
    expect(link('the [issue]', 'https://forge.example/o/r(1)|x')).toBe(String.raw`[the \[issue\]](https://forge.example/o/r%281%29%7Cx)`);
    for (const address of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'no address'])
      expect(link('x', address)).toBe('x');
  });
});

describe('what is too long', () => {
  it('is left out section by section, and that is said', () => {
    const long = sections(Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(1_000)}`));
    expect(long.length).toBeLessThanOrEqual(mostMarkdown);
    expect(long).toMatch(/left out\._$/);
    expect(sections(['a', '', 'b'])).toBe('a\n\nb');
  });
});

const authentication = parseIssue(
  `# Add authentication

- [ ] Data model for users and sessions
- [ ] Password hashing and sign-in (after 1)
- [ ] Registration form (after 1)
- [ ] Session middleware (after 2 and 3)
- [ ] Protect the pages (after 4)
- [ ] End-to-end tests and documentation (after 5)
`,
  { kind: 'text' },
)!;

/** The plan of the feature, with what a person estimated. */
function authenticationPlan(): Plan {
  const { tasks } = planIssue(authentication, { complexity: 6 });
  const minutes = [20, 40, 25, 30, 20, 35];
  return planOf(tasks.map((task, index) => ({ ...task, estimatedMinutes: minutes[index]! })));
}

const analysis = analyseIssue(authentication, ['src/users.js'], taskListItems(authentication.body).length);

describe('the comment of a plan', () => {
  it('shows the six tasks of an authentication feature with their dependencies, their estimates and the critical path', () => {
    const plan = authenticationPlan();
    expect(plan.criticalPath).toEqual(['task-1', 'task-2', 'task-4', 'task-5', 'task-6']);
    expect(plan.criticalMinutes).toBe(145);
    const comment = planComment({
      run: 'run_7f3k2m9qxa',
      analysis,
      plan,
      gate: { kind: 'told', because: 'complexity 6 of 10', minutes: 5 },
      similar: [{ run: 'run_aaaaaaaaaa', title: 'Add sign-in', outcome: 'succeeded' }],
      warnings: [],
    });
    expect(comment).toContain('| **task-4** | Session middleware | task-2, task-3 | 30 min | codegen |');
    expect(comment).toContain('| task-3 | Registration form | task-1 | 25 min | codegen |');
    expect(comment).toContain('Critical path: task-1 → task-2 → task-4 → task-5 → task-6 (145 min of 170 min in all).');
    expect(comment).toContain('**It goes on in 5 minutes unless somebody says no**');
    expect(comment).toContain('`/miyabi reject`');
    expect(comment).toContain('- Add sign-in (`run_aaaaaaaaaa`, succeeded)');
    expect(planGraph(plan).split('\n')).toEqual(
      expect.arrayContaining([
        '  t1 --> t2',
        '  t1 --> t3',
        '  t2 --> t4',
        '  t3 --> t4',
        '  t4 --> t5',
        '  t5 --> t6',
        '  class t1,t2,t4,t5,t6 critical',
      ]),
    );
    expect(planGraph(plan)).toContain('  t2["task-2: Password hashing and sign-in, 40 min"]');
  });

  it('lets no title out of its box, its cell or the comment', () => {
    fc.assert(
      fc.property(fc.array(foreign, { minLength: 1, maxLength: 4 }), foreign, (titles, reason) => {
        const plan = planOf(
          titles.map((title, index) => ({
            id: `task-${index + 1}`,
            title,
            instructions: '',
            after: [],
            estimatedMinutes: 1,
            agentType: 'codegen',
          })),
        );
        const graph = planGraph(plan).split('\n');
        expect(graph).toHaveLength(titles.length + 5);
        for (const box of graph.slice(2, 2 + titles.length)) expect(box).toMatch(/^ {2}t\d+\["[\p{L}\p{N} .,:_/+-]*"\]$/u);
        const comment = planComment({
          run: 'run_x',
          analysis: { ...analysis, reasons: [reason] },
          plan,
          gate: { kind: 'asked', because: reason },
          similar: [{ run: reason, title: reason, outcome: reason }],
          warnings: [reason],
        });
        const rest = comment.replaceAll(/```mermaid[^]*?\n```/g, '').replaceAll(/<\/?(?:details|summary|code)>/g, '');
        expect(isOurs(comment)).toBe(false);
        expect(actedOn(rest)).not.toMatch(/@\w|#\d|:\/\/|[<>]/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the comment of a review', () => {
  const report = {
    score: 71.5,
    breakdown: { tests: 30, lint: 20, security: 12, docs: null },
    recommendation: 'REVIEW',
    issues: nasty,
  } as const;

  it('shows the points, the findings and what it was before', () => {
    const comment = reviewComment({
      run: 'run_x',
      report,
      earlier: [{ ...report, score: 41, issues: ['The build fails.'] }],
      approvedBy: 'ada',
    });
    expect(comment).toContain('## Review of `run_x`: 71.5 of 100 points');
    expect(comment).toContain('`quality:fair` Approved by ada.');
    expect(comment).toContain('| docs | n/a | 20 |');
    expect(comment).toMatch(/Sent back at first with 41 points[^]*- The build fails\./);
    expect(actedOn(comment.replaceAll(/<\/?(?:details|summary|code)>/g, ''))).not.toMatch(/@\w|#\d|:\/\/|<|>/);
  });
});

describe('the comment of a question', () => {
  it('says what is asked, how it is answered and by when, and keeps the data to itself', () => {
    const asked = {
      kind: 'review',
      severity: 'high',
      reason: 'the review gives 41 points\n@all',
      recommendation: 'Look.',
      failing: ['```\n@you </details>'],
      about: { secret: 'large' },
      actions: { approve_anyway: 'Go on', manual_fix: 'Mend it', reject: 'End it' },
    } as const;
    const escalation = {
      ...escalationOf({ issue: authentication }, asked),
      deadline: { at: Date.UTC(2026, 4, 1, 12), otherwise: 'reject' as const },
    };
    const comment = escalationComment({ run: 'run_x', escalation });
    expect(comment).toContain('Without an answer by 2026-05-01 12:00 UTC it is rejected.');
    expect(comment).toContain('`miyabi fix run_x`');
    expect(comment).not.toContain('large');
    expect(JSON.parse(/`{3,}json\n([^]*?)\n`{3,}/.exec(comment)?.[1] ?? '')).toMatchObject({
      type: 'escalation',
      severity: 'high',
      issue: 'Add authentication',
    });
    expect(actedOn(comment.replaceAll(/(`{3,})json[^]*?\n\1/g, '').replaceAll(/<\/?(?:details|summary|code)>/g, ''))).not.toMatch(
      /@\w|<|>/,
    );
  });
});
