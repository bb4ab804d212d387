import { expect, it } from 'vitest';
import type { QuotedComment } from './fix-issue.ts';
import { fixIssue } from './fix-issue.ts';
import { authorOf, parseIssue } from './issue.ts';

const wanted = { run: 'run_1', world: 'alpha', text: undefined, comments: [] };

function comment(path: string, line: number, more: Partial<QuotedComment> = {}): QuotedComment {
  return { path, line, side: 'new', text: `Say ${line}.`, quoted: undefined, ...more };
}

it('says file by file and line by line what people want different, with the lines that they speak of', () => {
  const comments = [
    comment('src/b.js', 7, { quoted: '\treturn sum;' }),
    comment('src/a.js', 3, { side: 'old', text: ' Keep this. ', quoted: '    ' }),
    comment('src/b.js', 2),
    comment('src/a.js', 12, { quoted: '' }),
  ];
  expect(fixIssue({ ...wanted, text: ' Less of it. ', comments })).toBe(`# Change alpha of run_1: src/a.js, src/b.js

The change of alpha is in place already. What people want different about it follows; leave the rest as it is.

Less of it.

## \`src/a.js\`

Line 3 as it was before the change

Keep this.

Line 12

Say 12.

## \`src/b.js\`

Line 2

Say 2.

Line 7:

     return sum;

Say 7.`);
});

it('is named for its files, or for what is said in general', () => {
  const title = (comments: readonly QuotedComment[], text?: string) => fixIssue({ ...wanted, text, comments }).split('\n', 1)[0];
  expect(title(['e', 'a', 'd', 'b', 'a'].map((path) => comment(path, 1)))).toBe('# Change alpha of run_1: a, b, d and 1 more');
  expect(title([], ` Less\nof ${'it'.repeat(50)}`)).toBe(`# Change alpha of run_1: Less of ${'it'.repeat(36)}`);
  expect(title([])).toBe('# Change alpha of run_1: ');
});

it('is one issue whatever paths and lines are made of, without what a reader could not see', () => {
  const comments = [
    comment('a`b\n# Another', 1, { quoted: `${'x'.repeat(600)}\n# Third`, text: 'Louder\u202E.' }),
    comment('b', 1, { quoted: '```\u0007' }),
  ];
  const markdown = fixIssue({ ...wanted, comments });
  const issue = parseIssue(markdown, { kind: 'text' });
  expect(issue).toMatchObject({ title: 'Change alpha of run_1: a`b # Another, b', hiddenCharacters: 1 });
  expect(issue?.body).toContain("## `a'b # Another`");
  expect(issue?.body).toContain(`\n    ${'x'.repeat(500)}\n`);
  expect(issue?.body).toContain('Louder.');
  expect(issue?.body.match(/^#/gm)).toHaveLength(2);
});

it('says all that people say, also after a line that begins a comment of HTML', () => {
  const comments = [comment('a.html', 1, { quoted: '<!-- navigation' }), comment('a.html', 2, { text: 'No <!-- here.' }), comment('b', 1)];
  const body = parseIssue(fixIssue({ ...wanted, comments }), { kind: 'text' })?.body;
  for (const said of ['navigation', 'Say 1.', 'here.', '## `b`']) expect(body).toContain(said);
});

it('what quotes strangers is treated as their words are', () => {
  const markdown = fixIssue(wanted);
  expect(authorOf(parseIssue(markdown, { kind: 'text' })!)).toBe('user');
  expect(authorOf(parseIssue(markdown, { kind: 'text', words: 'others' })!)).toBe('others');
});
