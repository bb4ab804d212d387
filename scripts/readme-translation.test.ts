import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { accepted, outOfStep, sections } from './support/readme-sections.mjs';
import { projectRoot } from './testing/run-program.ts';

const read = (name: string): string => readFileSync(path.join(projectRoot, name), 'utf8');

test('the Japanese README is in step with the English one (node scripts/readme-translation.mjs --accept, once it is translated)', () => {
  expect(outOfStep(sections(read('README.md')), sections(read('README.ja.md')))).toEqual([]);
});

const english = `# Title

First [link](a.md).

    run it            # a comment
    # more

## Use

| command | what |
| ------- | ---- |
| \`one\`   | this |

\`\`\`sh
# no heading
\`\`\`
`;
const japanese = accepted(
  sections(english),
  english.replace('First', '最初の').replace('a comment', '注').replace('this', 'これ').replace('command', '命令'),
);

test('a translation that has all of it is in step, whatever its words and comments are', () => {
  expect(outOfStep(sections(english), sections(japanese))).toEqual([]);
  expect(sections(english)).toMatchObject([
    { level: 1, title: 'Title', code: ['run it'], links: ['a.md'], rows: [] },
    { level: 2, title: 'Use', code: ['```sh'], links: [], rows: ['', '', '`one`'] },
  ]);
});

test.each([
  ['a section is gone', japanese.replace('## Use', ''), /^The sections are #,/],
  ['code differs', japanese.replace('run it', 'run that'), /code without a counterpart: "run it/],
  ['a link leads elsewhere', japanese.replace('a.md', 'b.md'), /link without a counterpart: "a.md"/],
  ['a link is added', japanese.replace('最初の', '最初の[他](c.md)'), /link that the original has not: "c.md"/],
  ['a row is gone', japanese.replace(/^\| `one`.*\n/m, ''), /row of a table without a counterpart: "`one`"/],
])('it is told when %s', (_, translation, told) => {
  expect(outOfStep(sections(english), sections(translation)).join('\n')).toMatch(told);
});

test('a section that has changed since it was translated is told, and accepted once it is translated; the width of a table is no change', () => {
  const changed = english.replace('First', 'Second');
  expect(outOfStep(sections(changed), sections(japanese))).toEqual(['"Title" has changed since it was translated.']);
  expect(outOfStep(sections(changed), sections(accepted(sections(changed), japanese)))).toEqual([]);
  const wide = english.replace('| ------- | ---- |', '| ---------- | ---- |').replace('| `one`   |', '| `one`      |');
  expect(outOfStep(sections(wide), sections(japanese))).toEqual([]);
});

test('what each README says of the other is no part of it', () => {
  const named = english.replace('First', '[日本語](README.ja.md) First');
  expect(outOfStep(sections(named), sections(accepted(sections(named), japanese)))).toEqual([]);
});
