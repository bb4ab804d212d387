import { describe, expect, it } from 'vitest';
import type { Analysis } from './analysis.ts';
import { analyseIssue } from './analysis.ts';
import { parseIssue } from './issue.ts';
import { withLabels } from './labelled-analysis.ts';
import { complexityLabel, isBehind, labelChange, labelNamed, labelsOf, stateLabels } from './labels.ts';
import { planIssue } from './plan.ts';

describe('labels', () => {
  it('have a colour and a description each, whatever is judged', () => {
    const judged = { type: 'test', priority: 'P3-Low', complexity: 9.5, effortHours: 16, securitySensitive: true } as const;
    const names = [...stateLabels, ...labelsOf(judged), 'quality:fair', 'ready-to-merge'];
    expect(labelsOf(judged)).toEqual([
      'type:test',
      'priority:P3-Low',
      'complexity:high',
      'estimated:16h',
      'agent:codegen',
      'security:high',
    ]);
    for (const name of names)
      expect(labelNamed(name), name).toMatchObject({
        name,
        color: expect.stringMatching(/^[\da-f]{6}$/),
        description: expect.stringMatching(/^.{3,100}$/),
      });
    expect(labelNamed('type:whatever')).toBeUndefined();
  });

  it('take the place of the others of their group, and leave alone what is not ours', () => {
    const present = ['state:analyzing', 'type:story', 'estimated:3h', 'good first issue', 'type:bug'];
    expect(labelChange(['state:implementing', 'estimated:16h', 'type:bug'], present)).toEqual({
      add: ['state:implementing', 'estimated:16h'],
      remove: ['state:analyzing', 'estimated:3h'],
    });
    expect(labelChange(['ready-to-merge'], ['ready-to-merge', 'state:done'])).toEqual({ add: [], remove: [] });
  });

  it('of a state that was left behind come too late', () => {
    expect(isBehind('state:implementing', ['state:reviewing'])).toBe(true);
    expect(isBehind('state:reviewing', ['state:implementing', 'bug'])).toBe(false);
    for (const open of ['state:blocked', 'state:failed']) expect(isBehind('state:implementing', [open])).toBe(false);
    expect(isBehind('state:failed', ['state:done'])).toBe(false);
    expect(isBehind('type:bug', ['state:done'])).toBe(false);
  });

  it.each([
    [2.9, 'low'],
    [3, 'medium'],
    [7, 'medium'],
    [7.1, 'high'],
  ] as const)('call a complexity of %d %s', (complexity, level) => {
    expect(complexityLabel(complexity)).toBe(`complexity:${level}`);
  });
});

describe('an analysis with the labels of its issue', () => {
  const forge = {
    kind: 'forge',
    forge: 'github',
    repository: 'a/b',
    number: 1,
    url: '',
    author: { id: '1', login: 'x', isBot: false },
  } as const;
  const judge = (text: string): Analysis => analyseIssue(parseIssue(text, forge)!, [], 0);

  it('has the type and priority that people gave it', () => {
    const judged = withLabels(judge('Total is wrong'), ['type:docs', 'priority:P3-Low', 'type:nonsense', 'help wanted']);
    expect(judged).toMatchObject({ type: 'docs', priority: 'P3-Low', labels: expect.arrayContaining(['type:docs', 'priority:P3-Low']) });
    expect(judged.reasons.join(' ')).toMatch(/labelled type:docs .*labelled priority:P3-Low/);
  });

  it('becomes more careful by a label, and never less', () => {
    const plain = judge('Total is wrong');
    expect(withLabels(plain, ['complexity:high', 'security:high'])).toMatchObject({ complexity: 8, securitySensitive: true });
    const wide = judge('Add a rewrite of the architecture for a distributed migration of the schema');
    expect(wide.complexity).toBeGreaterThan(6);
    expect(withLabels(wide, ['complexity:low']).complexity).toBe(wide.complexity);
  });

  it('is a hotfix by a label, never by the words of a stranger', () => {
    const text = 'P0 outage: production is down\n\n- [ ] one\n- [ ] two\n- [ ] rewrite the architecture';
    const worded = judge(text);
    expect(worded.priority).toBe('P1-High');
    expect(analyseIssue(parseIssue(text, { kind: 'text' })!, [], 3).priority).toBe('P0-Critical');
    const labelled = withLabels(worded, ['priority:P0-Critical']);
    expect(planIssue(parseIssue(text, forge)!, worded).tasks).toHaveLength(3);
    expect(planIssue(parseIssue(text, forge)!, labelled).tasks).toHaveLength(1);
  });
});
