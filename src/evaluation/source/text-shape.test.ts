import { expect, test } from 'vitest';
import { languageOf } from './languages.ts';
import { scanText } from './scan-text.ts';
import { plain, statementsOf } from './statements.ts';
import { testShape } from './test-shape.ts';
import { textShape } from './text-shape.ts';

function language(path: string) {
  const found = languageOf(path);
  if (found === undefined) throw new Error(`no language of ${path}`);
  return found;
}

test.each([
  ['a.py', `x = "# no" # yes\ny = '''a\n# no'''`, ['# yes']],
  ['a.go', 'x := `// no` // yes', ['// yes']],
  ['a.rs', `let a = '"'; let b: &'static str = r#"// " no"#; /* yes */`, ['/* yes */']],
  ['a.java', `char a = '"'; String b = "/* no */"; // yes`, ['// yes']],
  ['a.sh', 'echo a#no # yes', ['# yes']],
])('comments of %s are told from strings', (path, text, comments) => {
  const scanned = scanText(text, language(path));
  expect(scanned.comments.map((comment) => comment.text)).toEqual(comments);
  expect([scanned.code.length, scanned.bare.length]).toEqual([text.length, text.length]);
});

test('statements are found with what they stand in', () => {
  expect(
    statementsOf('def a(x,\n      y):\n    if x:\n        return y\n    return (1,\n2)\n', language('a.py')).map(({ text, around }) =>
      [...around, text].join(' / '),
    ),
  ).toEqual(['def a(x,y):', 'def a(x,y): / if x:', 'def a(x,y): / if x: / return y', 'def a(x,y): / return(1,2)']);
  expect(
    statementsOf('void a() { if (b) { c("}"); } }', language('A.java')).map(({ text, around }) => [...around, text].join(' / ')),
  ).toEqual(['void a()', 'void a() / if(b)', 'void a() / if(b) / c("}")']);
  expect(plain(" a( 'b' , )")).toBe('a("b")');
});

test('a text that is made to be hard takes neither time nor memory', () => {
  const started = performance.now();
  for (const [path, text] of [
    ['a_test.go', '{'.repeat(20_000)],
    ['test_a.py', '('.repeat(30_000)],
    ['test_b.py', Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth % 300)}if a:`).join('\n')],
    ['a.rs', '#[cfg_attr('.repeat(3_000)],
  ] as const) {
    expect(textShape(text, language(path)).statements.size).toBeGreaterThan(0);
  }
  expect(testShape(`${'if (a) { '.repeat(150)}expect(a).toBe(1);${'}'.repeat(150)}`, 'a.test.js')?.statements.size).toBe(1);
  expect(performance.now() - started).toBeLessThan(20_000);
});
