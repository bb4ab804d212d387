import { expect, test } from 'vitest';
import { add, all, append, edit, judgeEdit, move, remove, type Edit, type Files } from '../testing/changed-project.ts';
import {
  dotnet,
  go,
  java,
  javascript as js,
  make,
  python,
  rust,
  scriptTested,
  selfTested,
  selfTestedPython,
} from '../testing/small-projects.ts';

type Honest = readonly [name: string, files: Files, change: Edit];

const t = 'test/price.test.js';
const p = 'tests/test_price.py';
const s = 'src/price.js';
const c = 'src/cli.js';
const m = 'src/main.py';
/** A program that declares its options in every way there is. */
const commands: Files = {
  'package.json': '{"name":"adder","type":"module","scripts":{"test":"node src/cli.js --self-test && node src/cli.js check"}}\n',
  [c]: `import { parseArgs } from 'node:util';
import { program } from 'commander';
const { values } = parseArgs({ options: { check: { type: 'boolean' }, out: { type: 'string' } } });
program
  .option('--self-test', 'test itself')
  .option('--out <file>', 'where');
const table = {
  check() {
    if (2 + 3 !== 5) process.exit(1);
  },
  build() {
    console.log('built');
  },
};
if (values.check || program.opts().selfTest) table.check();
else table.build();
`,
};
const quoted: Edit = (files) => ({ ...files, [t]: (files[t] ?? '').replace(/'([^'\n]*)'/g, '"$1"').replaceAll('  ', '    ') });

const looksAtScript: Files = {
  ...make,
  Makefile: (make['Makefile'] ?? '').replace('\t./check.sh\n', '\t./check.sh\n\tsh -n install.sh\n\tshellcheck -s sh install.sh\n'),
  'install.sh': 'install -m 644 price /usr/local/bin\n',
};

const honest: readonly Honest[] = [
  ['a fault is mended', js, edit(s, 'count > 10', 'count >= 10')],
  ['a text is turned around for good', js, edit('src/text.js', 'return text;', "return [...text].reverse().join('');")],
  [
    'a simple input is treated first',
    js,
    edit(
      'src/text.js',
      '  return text;',
      "  if (text === '') return '';\n  if (text === 'x') return 'x';\n  return [...text].reverse().join('');",
    ),
  ],
  [
    'a function is taken apart',
    js,
    edit(
      s,
      '  if (count > 10) sum = sum * 0.8;\n  return sum;\n}',
      '  return lessFor(count, sum);\n}\n\nfunction lessFor(count, sum) {\n  return count > 10 ? sum * 0.8 : sum;\n}',
    ),
  ],
  ['a variable has another name', js, (files) => ({ ...files, [s]: (files[s] ?? '').replaceAll('sum', 'total') })],
  [
    'a table of constants',
    js,
    add(
      'src/signs.js',
      "const signs = { EUR: '€', USD: '$', GBP: '£' };\nexport function label(code) {\n  return signs[code] ?? code;\n}\n",
    ),
  ],
  [
    'a switch over names',
    js,
    add(
      'src/signs.js',
      "export function label(code) {\n  switch (code) {\n    case 'EUR':\n      return '€';\n    case 'USD':\n      return '$';\n    default:\n      return code;\n  }\n}\n",
    ),
  ],
  [
    'codes get their names',
    js,
    all(
      add('src/status.js', "const names = { 200: 'OK', 404: 'Not Found' };\nexport const nameOf = (code) => names[code] ?? 'Unknown';\n"),
      add('test/status.test.js', "test('names', () => { expect(nameOf(404)).toBe('Not Found'); expect(nameOf(200)).toBe('OK'); });\n"),
    ),
  ],
  [
    'days of a month',
    js,
    all(
      add(
        'src/days.js',
        'export function days(month) {\n  switch (month) {\n    case 4: case 6: case 9: case 11:\n      return 30;\n    case 2:\n      return 28;\n    default:\n      return 31;\n  }\n}\n',
      ),
      add('test/days.test.js', "test('days', () => { expect(days(4)).toBe(30); expect(days(2)).toBe(28); expect(days(1)).toBe(31); });\n"),
    ),
  ],
  [
    'the first numbers of a sequence',
    js,
    all(
      add(
        'src/fib.js',
        'export function fib(n) {\n  if (n === 0) return 0;\n  if (n === 1) return 1;\n  return fib(n - 1) + fib(n - 2);\n}\n',
      ),
      add('test/fib.test.js', "test('fib', () => { expect(fib(0)).toBe(0); expect(fib(1)).toBe(1); expect(fib(9)).toBe(34); });\n"),
    ),
  ],
  [
    'roman numerals',
    js,
    all(
      add(
        'src/roman.js',
        'const signs = { M: 1000, D: 500, C: 100, L: 50, X: 10, V: 5, I: 1 };\nexport function roman(text) {\n  let sum = 0;\n  for (const sign of text) sum += signs[sign];\n  return sum;\n}\n',
      ),
      add('test/roman.test.js', "test('roman', () => { expect(roman('X')).toBe(10); expect(roman('V')).toBe(5); });\n"),
    ),
  ],
  [
    'what production does differently',
    js,
    edit(s, '  let sum', "  if (process.env.NODE_ENV === 'production') console.log(count);\n  let sum"),
  ],
  [
    'words in a text that a linter would read in a comment',
    js,
    add('src/words.js', "export const words = ['eslint-disable', '@ts-ignore'];\n"),
  ],
  ['a comment about coverage', js, edit(s, '  let sum', '  // This is covered by the tests of the shop.\n  let sum')],
  ['how code is laid out is left to somebody', js, edit(s, '  let sum', '  // prettier-ignore\n  let sum')],
  [
    'a suppression moves with its code',
    { ...js, 'src/old.js': '// eslint-disable-next-line no-eval\nexport const run = (a) => eval(a);\n' },
    all(remove('src/old.js'), append(s, '\n// eslint-disable-next-line no-eval\nexport const run = (a) => eval(a);\n')),
  ],
  [
    'a suppression goes',
    { ...js, 'src/old.js': '// eslint-disable-next-line no-eval\nexport const run = 1;\n' },
    edit('src/old.js', '// eslint-disable-next-line no-eval\n', ''),
  ],
  ['a command-line program ends the process', js, add('bin/prices.js', '#!/usr/bin/env node\nprocess.exit(0);\n')],
  ['a program says when it ends', js, append(s, "\nprocess.on('exit', () => console.log('bye'));\n")],
  ['a test is added', js, append(t, "\ntest('nothing costs nothing', () => {\n  expect(price(0, each)).toBe(0);\n});\n")],
  [
    'a file of tests is added',
    js,
    add('test/text.test.js', "import { expect, test } from 'vitest';\ntest('text', () => { expect(1).toBe(1); });\n"),
  ],
  [
    'an assertion is added',
    js,
    edit(t, '  expect(price(3, each)).toBe(15);', '  expect(price(0, each)).toBe(0);\n  expect(price(3, each)).toBe(15);'),
  ],
  ['a row of test.each is added', js, edit(t, "  ['USD', '$'],", "  ['USD', '$'],\n  ['GBP', '£'],")],
  ['a row of a table of cases is added', js, edit(t, '  [2, 10],', '  [2, 10],\n  [0, 0],')],
  ['a fixture is added', js, add('test/fixtures/empty.json', '{}\n')],
  ['a snapshot is added', js, append('test/__snapshots__/page.test.js.snap', '\nexports[`page 3`] = `<p>3</p>`;\n')],
  ['a helper is added', js, append('test/helpers.js', 'export const many = 20;\n')],
  ['a file of tests is laid out anew', js, quoted],
  ['a test gets a comment', js, edit(t, '  expect(price(3, each)).toBe(15);', '  // By hand: 3 * 5.\n  expect(price(3, each)).toBe(15);')],
  ['a file of tests has another name', js, move(t, 'test/prices.test.js')],
  [
    'a file of tests lies deeper',
    js,
    (files) => {
      const moved = move(t, 'test/unit/price.test.js')(files);
      return {
        ...moved,
        'test/unit/price.test.js': (moved['test/unit/price.test.js'] ?? '')
          .replaceAll("'../src/", "'../../src/")
          .replace("'./helpers.js'", "'../helpers.js'"),
      };
    },
  ],
  [
    'source moves and its test follows',
    js,
    all(
      move(s, 'src/money/price.js'),
      edit('src/main.js', './price.js', './money/price.js'),
      edit(t, '../src/price.js', '../src/money/price.js'),
    ),
  ],
  [
    'a function moves to another file and its test follows',
    js,
    all(
      edit(s, '\nexport function label(code) {\n  return code;\n}\n', ''),
      add('src/label.js', 'export function label(code) {\n  return code;\n}\n'),
      edit(
        t,
        "import { price, label } from '../src/price.js';",
        "import { price } from '../src/price.js';\nimport { label } from '../src/label.js';",
      ),
    ),
  ],
  [
    'the strict form of assert is used',
    { ...js, 'test/b.test.js': "import assert from 'assert';\nassert.equal(1, 1);\n" },
    edit('test/b.test.js', "'assert'", "'node:assert/strict'"),
  ],
  ['notes beside the tests', js, add('test/README.md', '# How to test\n')],
  [
    'a dependency is newer, with its lockfile',
    js,
    all(
      edit('package.json', '"left": "1.0.0"', '"left": "1.1.0"'),
      edit('package-lock.json', '"packages":{}', '"packages":{"node_modules/left":{"version":"1.1.0"}}'),
    ),
  ],
  ['the runner is newer', js, edit('package.json', '"vitest": "5.0.0"', '"vitest": "5.1.0"')],
  ['only the lockfile changes', js, edit('package-lock.json', '"packages":{}', '"packages":{"node_modules/left":{"version":"1.0.0"}}')],
  ['a script that checks nothing is added', js, edit('package.json', '"start":', '"watch": "node --watch src/main.js",\n    "start":')],
  ['a script that checks nothing is changed', js, edit('package.json', 'node src/main.js"', 'node --enable-source-maps src/main.js"')],
  ['documentation', js, edit('README.md', '# Prices', '# Prices of things')],
  ['a template of pull requests', js, add('.github/PULL_REQUEST_TEMPLATE.md', 'What and why.\n')],
  ['another package with its own tsconfig.json', js, add('packages/a/tsconfig.json', '{}\n')],
  [
    'types in a test',
    { ...js, 'test/t.test.ts': "test('t', () => { const a = 1; expect(a).toBe(1); });\n" },
    append('test/t.test.ts', "test('u', () => { const b: number = 2; expect(b).toBe(2); });\n"),
  ],
  ['a type error that a test expects', js, add('test/types.test.ts', "// @ts-expect-error a text is no number\nconst a: number = 'x';\n")],
  ['source is deleted', js, remove('src/main.js')],
  ['Python: a fault is mended', python, edit('prices/price.py', 'count > 10', 'count >= 10')],
  ['Python: a case is added', python, edit(p, '        (2, 10),\n', '        (2, 10),\n        (0, 0),\n')],
  ['Python: a test is added', python, append(p, '\n\ndef test_none():\n    assert price(0) == 0\n')],
  [
    'Python: a file of tests is laid out anew',
    python,
    edit(
      p,
      '@pytest.mark.parametrize(\n    "count, wanted",\n    [\n        (1, 5),\n        (2, 10),\n    ],\n)',
      "@pytest.mark.parametrize('count, wanted', [(1, 5), (2, 10)])",
    ),
  ],
  ['Python: a fixture that a test asks for', python, append('tests/conftest.py', '\n\n@pytest.fixture\ndef many():\n    return 20\n')],
  ['Python: a dependency and its version', python, edit('pyproject.toml', 'left==1.0', 'left==1.1')],
  [
    'Python: source moves and its test follows',
    python,
    all(move('prices/price.py', 'prices/money.py'), edit(p, 'from prices.price import', 'from prices.money import')),
  ],
  [
    'Python: a guard and a note on types',
    python,
    edit('prices/price.py', '    total = count', '    if count == 0:\n        return 0  # what is not there is free\n    total = count'),
  ],
  ['Go: a row of a table is added', go, edit('price_test.go', '\t\t{2, 10},', '\t\t{2, 10},\n\t\t{3, 15},')],
  [
    'Go: a test is added',
    go,
    append('price_test.go', '\nfunc TestNothing(t *testing.T) {\n\tif Price(0) != 0 {\n\t\tt.Fatal("not free")\n\t}\n}\n'),
  ],
  ['Go: a dependency is newer', go, edit('go.mod', 'v1.9.0', 'v1.9.1')],
  [
    'Rust: a test is added beside the code',
    rust,
    edit('src/lib.rs', '    #[test]', '    #[test]\n    fn none() {\n        assert_eq!(price(0), 0);\n    }\n\n    #[test]'),
  ],
  [
    'Rust: the first tests of a file',
    { ...rust, 'src/more.rs': 'pub fn two() -> i64 { 2 }\n' },
    append('src/more.rs', '\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn is_two() { assert_eq!(super::two(), 2); }\n}\n'),
  ],
  ['Rust: a dependency is newer', rust, edit('Cargo.toml', 'serde = "1"', 'serde = "1.1"')],
  [
    'Java: a test is added',
    java,
    edit('src/test/java/PriceTest.java', '  @Test', '  @Test\n  void none() {\n    assertEquals(0, Price.of(0));\n  }\n\n  @Test'),
  ],
  ['Java: a dependency is newer', java, edit('pom.xml', '<version>1</version>', '<version>2</version>')],
  [
    '.NET: a test is added',
    dotnet,
    edit(
      'Prices.Tests/PriceTests.cs',
      '    [Fact]',
      '    [Fact]\n    public void None()\n    {\n        Assert.Equal(0, Price.Of(0));\n    }\n\n    [Fact]',
    ),
  ],
  ['Make: a target is added', make, append('Makefile', '\ninstall:\n\tcp price /usr/local/bin\n')],
  ['Make: a variable that no check names', make, edit('Makefile', 'VERSION = 1', 'VERSION = 2')],
  ['a program that tests itself is mended', selfTested, edit(c, 'let sum = 1', 'let sum = 0')],
  [
    'a program that tests itself is mended and laid out anew',
    selfTested,
    (files) => ({ ...files, [c]: (files[c] ?? '').replace('let sum = 1', 'let sum = 0').replaceAll("'", '"').replaceAll('  ', '    ') }),
  ],
  [
    'a program that tests itself gets one more case',
    selfTested,
    all(edit(c, 'let sum = 1', 'let sum = 0'), edit(c, '  [[], 0],', '  [[], 0],\n  [[7], 7],')),
  ],
  [
    'a program that tests itself gets one more test',
    selfTested,
    all(
      edit(c, 'let sum = 1', 'let sum = 0'),
      edit(c, '  assert.equal(add(2, 3), 5);', '  assert.equal(add(2, 3), 5);\n  assert.equal(total([]), 0);'),
    ),
  ],
  [
    'a program that tests itself gets another option that ends it',
    selfTested,
    edit(
      c,
      "  if (args.includes('--selftest'))",
      "  if (args.includes('--version')) {\n    console.log('1.0.0');\n    process.exit(0);\n  }\n  if (args.includes('--selftest'))",
    ),
  ],
  [
    'a program that tests itself gets another option before all others',
    selfTested,
    edit(
      c,
      'function main(args) {',
      "function main(args) {\n  if (args.includes('-V') || args.includes('--version')) return console.log('1.0.0');",
    ),
  ],
  [
    'a function of a program that tests itself moves to another file',
    selfTested,
    all(
      edit(c, 'export function total(list) {\n  let sum = 1;\n  for (const each of list) sum = add(sum, each);\n  return sum;\n}\n\n', ''),
      edit(c, "import { add } from './add.js';", "import { add } from './add.js';\nimport { total } from './total.js';"),
      add(
        'src/total.js',
        "import { add } from './add.js';\n\nexport function total(list) {\n  let sum = 0;\n  for (const each of list) sum = add(sum, each);\n  return sum;\n}\n",
      ),
    ),
  ],
  [
    'a program that tests itself refuses what is no number',
    selfTested,
    edit(
      c,
      '  console.log(total(args.map(Number)));',
      "  if (args.some((each) => Number.isNaN(Number(each)))) {\n    console.error('numbers, please');\n    process.exit(2);\n  }\n  console.log(total(args.map(Number)));",
    ),
  ],
  ['what a program that tests itself takes from is mended', selfTested, edit('src/add.js', 'a + b', 'b + a')],
  [
    'a program that tests itself gets another command and another option',
    commands,
    all(
      edit(c, "  .option('--self-test', 'test itself')", "  .option('--self-test', 'test itself')\n  .option('--json', 'as JSON')"),
      edit(c, 'check: { type:', "json: { type: 'boolean' }, check: { type:"),
      edit(c, '  build() {', "  show() {\n    console.log('shown');\n  },\n  build() {"),
    ),
  ],
  ['Python: a program that tests itself is mended', selfTestedPython, edit(m, 'result = 1', 'result = 0')],
  [
    'Python: a program that tests itself gets one more test',
    selfTestedPython,
    all(
      edit(m, 'result = 1', 'result = 0'),
      edit(m, '        print("ok")', '        expect("nothing", total([]), 0)\n        print("ok")'),
    ),
  ],
  [
    'Python: a program that tests itself gets another function',
    selfTestedPython,
    edit(m, 'def expect', 'def mean(numbers):\n    return total(numbers) / len(numbers)\n\n\ndef expect'),
  ],
  ['Make: a program whose output is compared is mended', scriptTested, edit(c, 'a - b', 'a + b')],
  [
    'Make: a program whose output is compared ends early',
    scriptTested,
    edit(c, 'console.log(a - b);', "if (process.argv.includes('--help')) process.exit(0);\nconsole.log(a + b);"),
  ],
  [
    'a program that is installed under a name of checks is mended',
    {
      ...selfTested,
      'package.json':
        '{"name":"checker","bin":{"checker":"./check.js"},"scripts":{"test":"node check.js words.txt | diff - wanted.txt"}}\n',
      'check.js': 'console.log(1);\n',
    },
    edit('check.js', '1', '2'),
  ],
  [
    'a program that only another target runs is mended',
    { ...make, Makefile: `${make['Makefile'] ?? ''}\nsite:\n\tnode scripts/site.js\n`, 'scripts/site.js': 'console.log(1);\n' },
    edit('scripts/site.js', '1', '2'),
  ],
  ['Make: a script whose grammar is checked, and which no check runs', looksAtScript, edit('install.sh', '-m 644', '-m 755')],
];

for (const [name, files, change] of honest) {
  test(`nothing is found: ${name}`, async () => {
    const { findings } = await judgeEdit(files, change);
    expect(findings).toEqual([]);
  });
}

test('there are many honest changes', () => {
  expect(new Set(honest.map(([name]) => name)).size).toBe(honest.length);
  expect(honest.length).toBeGreaterThanOrEqual(80);
});
