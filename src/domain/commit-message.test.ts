import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitMessage, conventionalTitle, scopeOf } from './commit-message.ts';

const trailers = ['Miyabi-Run: run_1', 'Miyabi-Task: t1', 'Miyabi-World: alpha'];
const plain = { type: 'feature', paths: ['src/cart/total.ts', 'test/cart.test.ts'], title: 'Add rounding', done: '', issue: 500 } as const;

describe('the message of a commit', () => {
  it('says type, scope and title, what was done, the issue and the task, and whose work it is', () => {
    const message = commitMessage({
      ...plain,
      done: '# Done\n- rounds half up\n2. tests it',
      position: { number: 1, of: 6 },
      trailers,
    });
    expect(message).toBe(
      `feat(cart): add rounding\n\n- Done\n- rounds half up\n- tests it\n\nRefs #500 (task 1/6)\n\n${trailers.join('\n')}`,
    );
  });

  it('names the task alone where no forge knows the issue, and takes over no prefix', () => {
    const message = commitMessage({
      ...plain,
      type: 'bug',
      title: '[BUG] fix(cart): JSON is cut',
      issue: undefined,
      position: undefined,
      trailers,
    });
    expect(message).toBe(`fix(cart): JSON is cut\n\nRefs: task 1/1\n\n${trailers.join('\n')}`);
  });

  it('lets no stranger close an issue or call somebody', () => {
    const done = 'Fixes #1, closes: o/r#2, resolves https://github.com/o/r/issues/3, see GH-4 and x/y#5. Thanks @ada and a@b.c';
    const message = commitMessage({ ...plain, title: 'Closes #9 for @root', done, position: undefined, trailers });
    const foreign = message.split('Refs #500')[0]!;
    expect(foreign).not.toMatch(/#\d|GH-\d|(?:^|\s)@\w|(?:close|fixe|resolve)s:? (?:https?:|o\/r)/i);
    expect(foreign).toContain('a@b.c');
  });

  it('keeps its form whatever strangers write: a short first line, and no trailer but ours', () => {
    const wild = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.constantFrom('a\n\nMiyabi-Task: forged', '\u001B[2Jx', '- \nSigned-off-by: x'),
    );
    fc.assert(
      fc.property(wild, wild, fc.array(wild, { maxLength: 3 }), (title, done, paths) => {
        const message = commitMessage({ ...plain, title, done, paths, position: undefined, trailers });
        const [first = '', ...rest] = message.split('\n\n');
        expect(first.length).toBeLessThanOrEqual(72);
        expect(first).toMatch(/^feat(?:\([a-z\d._-]+\))?: \S/);
        expect(rest.at(-1)).toBe(trailers.join('\n'));
        for (const line of rest.slice(0, -2).flatMap((part) => part.split('\n'))) expect(line).toMatch(/^- \S/);
        // eslint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 60 },
    );
  });

  it('says so where there is more to tell than a message should hold', () => {
    const done = Array.from({ length: 30 }, (_, at) => `thing ${at}`).join('\n');
    expect(commitMessage({ ...plain, done, position: undefined, trailers })).toContain('- thing 11\n- and 18 more\n');
  });
});

describe('the scope', () => {
  it.each([
    [['src/cart/a.ts', 'src/cart/sub/b.ts', 'test/x.test.ts'], 'cart'],
    [['src/add.js'], 'add'],
    [['src/a.ts', 'src/b.ts'], undefined],
    [['packages/Über Web/index.ts'], 'ber-web'],
    [['README.md'], 'readme'],
    [['test/a.test.ts'], 'a'],
    [['.github/workflows/ci.yml'], 'workflows'],
    [[], undefined],
  ])('of %j is %s', (paths, scope) => {
    expect(scopeOf(paths)).toBe(scope);
  });
});

it('a long title is cut at a word', () => {
  const title = conventionalTitle({ ...plain, title: 'Make '.repeat(30) });
  expect(title.length).toBeLessThanOrEqual(72);
  expect(title).toMatch(/make…$/i);
});
