import { expect, it } from 'vitest';
import { suggestionLines } from './suggestion-lines.ts';

const common = { type: 'thresholds', schemaVersion: 1, since: null, repository: null } as const;
const decides = 'the review score from which a branch goes on by itself';
const evidence = { known: 110, share: { part: 100, of: 100 }, bounds: { low: 0.963, high: 1 } };

it('tells what a proposal stands on, what would have been different, and the command that does it', () => {
  const change = {
    kind: 'change',
    setting: 'gates.reviewPass',
    decides,
    from: 80,
    to: 72,
    difference: '40 more branches would have gone by themselves, 40 of them right and 0 wrong.',
    command: 'miyabi config set gates.reviewPass 72',
    ...evidence,
  } as const;
  expect(suggestionLines({ ...common, known: 110, suggestions: [change] })).toEqual([
    'Of 110 runs it is known whether the change was right.',
    '',
    `gates.reviewPass: ${decides}`,
    '  from 80 to 72: 100 of the 100 from there on were right, between 96 and 100 % at a confidence of 95 %; known outcomes 110',
    '  40 more branches would have gone by themselves, 40 of them right and 0 wrong.',
    '',
    'Nothing was changed. To take what is proposed:',
    '  miyabi config set gates.reviewPass 72',
  ]);
});

it('says why nothing is proposed', () => {
  const about = { setting: 'gates.reviewPass', decides } as const;
  const lines = suggestionLines({
    ...common,
    known: 1,
    suggestions: [
      { ...about, kind: 'too-few', at: 80, known: 1, needed: 40 },
      { ...about, kind: 'keep', at: 80, ...evidence },
      { ...about, kind: 'not-known', why: 'Nobody sees it.' },
    ],
  });
  expect(lines).toContain('Of 1 run it is known whether the change was right.');
  expect(lines).toContain('  stays 80: known outcomes 1, and nothing is proposed on fewer than 40');
  expect(lines.some((line) => line.startsWith('  stays 80: 100 of the 100 from there on were right'))).toBe(true);
  expect(lines).toContain('  Nobody sees it.');
  expect(lines.at(-1)).toBe('Nothing is proposed.');
});
