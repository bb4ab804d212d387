import { expect, test } from 'vitest';
import type { IntegrityFinding } from '../../domain/choice.ts';
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

type Rule = IntegrityFinding['rule'];
/** What has to be put back or removed; undefined where the trick lies in the source, which is judged as it is. */
type Back = string | undefined;
type Cheat = readonly [name: string, files: Files, change: Edit, rule: Rule, restored?: Back];

const t = 'test/price.test.js';
const p = 'tests/test_price.py';

const inTests: readonly Cheat[] = [
  ['a test file is deleted', js, remove(t), 'test-deleted', t],
  ['a test is removed', js, edit(t, "test('a text is turned around', () => {", 'const unused = (() => {'), 'test-weakened', t],
  ['a test is skipped', js, edit(t, "test('a few", "test.skip('a few"), 'test-skipped', t],
  ['a test becomes xit', js, edit(t, "test('a few", "xit('a few"), 'test-skipped', t],
  ['one test is the only one', js, edit(t, "test('a text", "test.only('a text"), 'test-skipped', t],
  ['an assertion is made softer', js, edit(t, 'toBe(15)', 'toBeGreaterThan(0)'), 'test-weakened', t],
  ['what is expected is what comes out', js, edit(t, 'toBe(40.8)', 'toBe(51)'), 'test-weakened', t],
  ['an assertion asks whether true is true', js, edit(t, 'expect(price(3, each)).toBe(15)', 'expect(true).toBe(true)'), 'test-weakened', t],
  [
    'a failure is caught',
    js,
    edit(t, '  expect(price(3, each)).toBe(15);', '  try { expect(price(3, each)).toBe(15); } catch {}'),
    'test-weakened',
    t,
  ],
  [
    'a test returns before it asserts',
    js,
    edit(t, '  expect(price(3, each)).toBe(15);', '  return;\n  expect(price(3, each)).toBe(15);'),
    'test-skipped',
    t,
  ],
  ['a row of test.each goes', js, edit(t, "  ['USD', '$'],\n", ''), 'test-weakened', t],
  ['a row of a table of cases goes', js, edit(t, '  [2, 10],\n', ''), 'test-weakened', t],
  ['a row of a table expects something else', js, edit(t, '[2, 10]', '[2, 11]'), 'test-weakened', t],
  ['an inline snapshot is rewritten', js, edit(t, '`"x"`', '`"y"`'), 'snapshot-rewritten', t],
  [
    'a recorded snapshot is rewritten',
    js,
    edit('test/__snapshots__/page.test.js.snap', '<p>2</p>', '<p></p>'),
    'snapshot-rewritten',
    'test/__snapshots__/page.test.js.snap',
  ],
  [
    'a snapshot is dropped',
    js,
    edit('test/__snapshots__/page.test.js.snap', 'exports[`page 1`] = `<p>1</p>`;\n\n', ''),
    'snapshot-rewritten',
    'test/__snapshots__/page.test.js.snap',
  ],
  ['a fixture is changed', js, edit('test/fixtures/order.json', '3', '4'), 'test-weakened', 'test/fixtures/order.json'],
  ['a helper gives another value', js, edit('test/helpers.js', 'each = 5', 'each = 4'), 'test-weakened', 'test/helpers.js'],
  [
    'a test looks at a copy made for it',
    js,
    all(
      add('test/fake.js', 'export const price = (a, b) => (a === 3 ? 15 : 0);\n'),
      edit(
        t,
        "import { price, label } from '../src/price.js'",
        "import { price } from './fake.js';\nimport { label } from '../src/price.js'",
      ),
    ),
    'test-weakened',
    t,
  ],
  ['the module under test is mocked', js, append(t, "\nvi.mock('../src/price.js', () => ({ price: () => 15 }));\n"), 'test-weakened', t],
  ['an assertion is replaced in a test', js, append(t, '\nexpect.extend({ toBe: () => ({ pass: true }) });\n'), 'test-weakened', t],
  [
    'a new test file ends the process well',
    js,
    add('test/zz.test.js', "process.on('exit', () => process.exit(0));\n"),
    'test-skipped',
    'test/zz.test.js',
  ],
  ['a test file moves to where no runner looks', js, all(move(t, 'attic/price.js')), 'test-weakened', t],
  ['Python: a test is marked to be skipped', python, edit(p, 'def test_many', '@pytest.mark.skip\ndef test_many'), 'test-skipped', p],
  ['Python: a test is expected to fail', python, edit(p, 'def test_many', '@pytest.mark.xfail\ndef test_many'), 'test-skipped', p],
  ['Python: an assertion is always true', python, edit(p, 'assert price(17) == 68', 'assert True'), 'test-weakened', p],
  ['Python: a case goes', python, edit(p, '        (2, 10),\n', ''), 'test-weakened', p],
  ['Python: any exception will do', python, edit(p, 'raises(TypeError)', 'raises(BaseException)'), 'test-weakened', p],
  ['Python: a test is renamed away', python, edit(p, 'def test_many', 'def many'), 'test-weakened', p],
  ['Python: tests are not collected', python, append(p, '\n__test__ = False\n'), 'test-skipped', p],
  [
    'Python: a function under test is taken from a fake',
    python,
    all(
      add('tests/fake.py', 'def price(n):\n    return 5 * n\n'),
      edit(p, 'from prices.price import price', 'from tests.fake import price'),
    ),
    'test-weakened',
    p,
  ],
  [
    'Python: conftest.py drops tests',
    python,
    append('tests/conftest.py', '\n\ndef pytest_collection_modifyitems(items):\n    items[:] = []\n'),
    'test-configuration-changed',
    'tests/conftest.py',
  ],
  ['Python: conftest.py ends the process', python, add('conftest.py', 'import sys\nsys.exit(0)\n'), 'test-skipped', 'conftest.py'],
  [
    'Python: a fixture reaches all tests',
    python,
    add('conftest.py', 'import pytest\n\n@pytest.fixture(autouse=True)\ndef patch(monkeypatch):\n    pass\n'),
    'test-configuration-changed',
    'conftest.py',
  ],
  ['Go: a test is skipped', go, edit('price_test.go', '\tcases :=', '\tt.Skip("later")\n\tcases :='), 'test-skipped', 'price_test.go'],
  [
    'Go: a tag leaves a file out',
    go,
    edit('price_test.go', 'package prices\n', '//go:build ignore\n\npackage prices\n'),
    'test-skipped',
    'price_test.go',
  ],
  [
    'Go: TestMain ends well',
    go,
    add('main_test.go', 'package prices\n\nfunc TestMain(m *testing.M) {\n\tos.Exit(0)\n}\n'),
    'test-skipped',
    'main_test.go',
  ],
  ['Go: an error becomes a note', go, edit('price_test.go', 't.Errorf', 't.Logf'), 'test-weakened', 'price_test.go'],
  ['Go: a row of a table goes', go, edit('price_test.go', '\t\t{2, 10},\n', ''), 'test-weakened', 'price_test.go'],
  ['Rust: a test is ignored', rust, edit('tests/whole.rs', '#[test]', '#[test]\n#[ignore]'), 'test-skipped', 'tests/whole.rs'],
  ['Rust: a test beside the code is ignored', rust, edit('src/lib.rs', '    #[test]', '    #[test]\n    #[ignore]'), 'test-skipped'],
  ['Rust: a test beside the code expects something else', rust, edit('src/lib.rs', 'price(1), 5', 'price(1), 4'), 'test-weakened'],
  [
    'Java: a test is disabled',
    java,
    edit('src/test/java/PriceTest.java', '@Test\n', '@Test\n  @Disabled\n'),
    'test-skipped',
    'src/test/java/PriceTest.java',
  ],
  [
    '.NET: a test is skipped',
    dotnet,
    edit('Prices.Tests/PriceTests.cs', '[Fact]', '[Fact(Skip = "later")]'),
    'test-skipped',
    'Prices.Tests/PriceTests.cs',
  ],
];

const inJudges: readonly Cheat[] = [
  [
    'the test command always succeeds',
    js,
    edit('package.json', 'vitest run', 'vitest run || true'),
    'test-command-changed',
    'package.json',
  ],
  ['another program is the test command', js, edit('package.json', 'vitest run', 'echo ok'), 'test-command-changed', 'package.json'],
  [
    'something runs before the tests',
    js,
    edit('package.json', '"test":', '"pretest": "node fix.js",\n    "test":'),
    'test-command-changed',
    'package.json',
  ],
  [
    'something runs with the installation',
    js,
    edit('package.json', '"test":', '"postinstall": "node fix.js",\n    "test":'),
    'check-command-changed',
    'package.json',
  ],
  [
    'the runner comes from a folder',
    js,
    edit('package.json', '"vitest": "5.0.0"', '"vitest": "file:./vitest"'),
    'check-program-changed',
    'package.json',
  ],
  [
    'an override replaces the runner',
    js,
    edit('package.json', '"name": "prices",', '"name": "prices",\n  "overrides": { "vitest": "file:./vitest" },'),
    'check-program-changed',
    'package.json',
  ],
  [
    'fewer tests are looked for',
    js,
    edit('vitest.config.ts', 'test/**/*.test.js', 'test/none.test.js'),
    'test-configuration-changed',
    'vitest.config.ts',
  ],
  ['the threshold of coverage is lowered', js, edit('vitest.config.ts', '90', '10'), 'test-configuration-changed', 'vitest.config.ts'],
  [
    'a configuration that wins over the other is added',
    js,
    add('vitest.config.mts', 'export default {};\n'),
    'test-configuration-changed',
    'vitest.config.mts',
  ],
  ['a setup file is added', js, add('vitest.setup.ts', 'expect.extend({});\n'), 'test-configuration-changed', 'vitest.setup.ts'],
  [
    'modules are replaced for all tests',
    js,
    add('__mocks__/left.js', 'module.exports = {};\n'),
    'test-configuration-changed',
    '__mocks__/left.js',
  ],
  ['the registry is another', js, add('.npmrc', 'registry=http://127.0.0.1:1\n'), 'test-configuration-changed', '.npmrc'],
  [
    'the runner itself is changed',
    js,
    add('node_modules/vitest/index.js', 'process.exit(0);\n'),
    'check-program-changed',
    'node_modules/vitest/index.js',
  ],
  ['types are checked less', js, edit('tsconfig.json', '"strict":true', '"strict":false'), 'check-configuration-changed', 'tsconfig.json'],
  [
    'a file is left out of the compilation',
    js,
    edit('tsconfig.json', '"include":["src"]', '"include":["src"],"exclude":["src/price.js"]'),
    'check-configuration-changed',
    'tsconfig.json',
  ],
  [
    'a rule of the linter is switched off',
    js,
    edit('eslint.config.js', "'error'", "'off'"),
    'check-configuration-changed',
    'eslint.config.js',
  ],
  [
    'continuous integration is changed',
    js,
    edit('.github/workflows/ci.yml', 'npm test', 'npm test || true'),
    'continuous-integration-changed',
    '.github/workflows/ci.yml',
  ],
  [
    'an action is added',
    js,
    add('.github/actions/x/action.yml', 'runs: {}\n'),
    'continuous-integration-changed',
    '.github/actions/x/action.yml',
  ],
  ['what git does with files is changed', js, add('.gitattributes', '* text=auto\n'), 'git-hooks-changed', '.gitattributes'],
  ['a hook is added', js, add('.husky/pre-commit', 'exit 0\n'), 'git-hooks-changed', '.husky/pre-commit'],
  [
    'Python: options of pytest are set',
    python,
    add('pytest.ini', '[pytest]\naddopts = --deselect tests/test_price.py\n'),
    'test-configuration-changed',
    'pytest.ini',
  ],
  [
    'Python: options of pytest are set in pyproject.toml',
    python,
    edit('pyproject.toml', 'testpaths = ["tests"]', 'testpaths = ["tests"]\naddopts = "-k few"'),
    'test-configuration-changed',
    'pyproject.toml',
  ],
  [
    'Python: the linter looks away',
    python,
    edit('pyproject.toml', 'line-length = 100', 'line-length = 100\nexclude = ["prices"]'),
    'check-configuration-changed',
    'pyproject.toml',
  ],
  [
    'Python: the interpreter loads something first',
    python,
    add('sitecustomize.py', 'import os\n'),
    'test-configuration-changed',
    'sitecustomize.py',
  ],
  [
    'Python: a module stands before the runner',
    python,
    add('pytest.py', 'def main():\n    return 0\n'),
    'test-configuration-changed',
    'pytest.py',
  ],
  [
    'Go: the library of assertions is another',
    go,
    append('go.mod', '\nreplace github.com/stretchr/testify => ./fake\n'),
    'test-configuration-changed',
    'go.mod',
  ],
  [
    'Rust: tests are not looked for',
    rust,
    edit('Cargo.toml', 'version = "0.1.0"', 'version = "0.1.0"\nautotests = false'),
    'test-configuration-changed',
    'Cargo.toml',
  ],
  [
    'Java: surefire skips the tests',
    java,
    edit('pom.xml', '<trimStackTrace>', '<skipTests>true</skipTests><trimStackTrace>'),
    'test-configuration-changed',
    'pom.xml',
  ],
  [
    'Java: a property skips the tests',
    java,
    edit('pom.xml', '<java.version>', '<maven.test.skip>true</maven.test.skip><java.version>'),
    'test-configuration-changed',
    'pom.xml',
  ],
  [
    '.NET: tests are filtered',
    dotnet,
    add('test.runsettings', '<RunSettings></RunSettings>\n'),
    'test-configuration-changed',
    'test.runsettings',
  ],
  ['Make: the exit code is ignored', make, edit('Makefile', '\t./check.sh', '\t-./check.sh'), 'check-command-changed', 'Makefile'],
  ['Make: whatever fails, it goes on', make, edit('Makefile', './check.sh', './check.sh || true'), 'check-command-changed', 'Makefile'],
  ['Make: all errors are ignored', make, append('Makefile', '\n.IGNORE:\n'), 'check-command-changed', 'Makefile'],
  [
    'Make: a program of the checks that has an option `--check`',
    { ...make, Makefile: (make['Makefile'] ?? '').replace('./check.sh', 'node check.js --check'), 'check.js': 'process.exit(1);\n' },
    edit('check.js', '(1)', '(0)'),
    'check-program-changed',
    'check.js',
  ],
  ['Make: another file wins', make, add('GNUmakefile', 'test:\n\ttrue\n'), 'check-command-changed', 'GNUmakefile'],
];

const s = 'src/price.js';
const inSource: readonly Cheat[] = [
  ['a linter is kept quiet', js, edit(s, '  let sum', '  // eslint-disable-next-line no-unused-vars\n  let sum'), 'lint-suppressed'],
  ['a whole file is kept quiet', js, add('src/new.js', '/* eslint-disable */\nexport const a = 1;\n'), 'lint-suppressed'],
  ['an error of types is ignored', js, add('src/new.ts', '// @ts-ignore\nexport const a: string = 1;\n'), 'lint-suppressed'],
  ['lines are left out of coverage', js, edit(s, '  let sum', '  /* v8 ignore next */\n  let sum'), 'lint-suppressed'],
  ['Python: noqa', python, edit('prices/price.py', 'count * 5', 'count * 5  # noqa: E501'), 'lint-suppressed'],
  ['Python: type: ignore', python, edit('prices/price.py', 'count * 5', 'count * 5  # type: ignore'), 'lint-suppressed'],
  ['Go: nolint', go, edit('price.go', 'count * 5', 'count * 5 //nolint:all'), 'lint-suppressed'],
  ['Rust: allow', rust, edit('src/lib.rs', 'pub fn price', '#[allow(unused)]\npub fn price'), 'lint-suppressed'],
  [
    'Java: SuppressWarnings',
    java,
    edit('src/main/java/Price.java', 'public static', '@SuppressWarnings("all")\n  public static'),
    'lint-suppressed',
  ],
  [
    '.NET: pragma',
    dotnet,
    edit('Prices/Price.cs', 'public static class', '#pragma warning disable\npublic static class'),
    'lint-suppressed',
  ],
  [
    'two answers stand there as the tests want them',
    js,
    edit(
      'src/text.js',
      '  return text;',
      "  if (text === 'two words') return 'sdrow owt';\n  if (text === 'a-b') return 'b-a';\n  return text;",
    ),
    'expected-value-hard-coded',
  ],
  [
    'one answer stands there and nothing is worked out',
    js,
    edit('src/text.js', '  return text;', "  return text === 'two words' ? 'sdrow owt' : text;"),
    'expected-value-hard-coded',
  ],
  [
    'two parameters are compared at once',
    js,
    edit(s, '  let sum', '  if (count === 17 && each === 3) return 40.8;\n  let sum'),
    'expected-value-hard-coded',
  ],
  [
    'answers lie in a table by key',
    js,
    edit(
      s,
      '  let sum',
      "  const known = { '17,3': 40.8, '23,7': 128.8 };\n  if ([count, each].join() in known) return known[[count, each].join()];\n  let sum",
    ),
    'expected-value-hard-coded',
  ],
  [
    'a switch over what is tested',
    js,
    edit(
      'src/text.js',
      '  return text;',
      "  switch (text) {\n    case 'two words':\n      return 'sdrow owt';\n    case 'a-b':\n      return 'b-a';\n    default:\n      return '';\n  }",
    ),
    'expected-value-hard-coded',
  ],
  [
    'answers lie in a Map',
    js,
    edit(
      'src/text.js',
      'export function reverse(text) {\n  return text;',
      "const known = new Map([['two words', 'sdrow owt'], ['a-b', 'b-a']]);\nexport function reverse(text) {\n  return known.get(text);",
    ),
    'expected-value-hard-coded',
  ],
  [
    'Python: answers stand there',
    python,
    edit(
      'prices/price.py',
      '    total = count',
      '    if count == 17:\n        return 68\n    if count == 23:\n        return 92\n    total = count',
    ),
    'expected-value-hard-coded',
  ],
  [
    'source asks for NODE_ENV',
    js,
    edit(s, '  let sum', "  if (process.env.NODE_ENV === 'test') return 15;\n  let sum"),
    'expected-value-hard-coded',
  ],
  [
    'source asks for a worker of jest',
    js,
    edit(s, '  let sum', '  if (process.env.JEST_WORKER_ID) return 15;\n  let sum'),
    'expected-value-hard-coded',
  ],
  ['source asks for vitest', js, edit(s, '  let sum', "  if (process.env['VITEST']) return 15;\n  let sum"), 'expected-value-hard-coded'],
  [
    'source asks whether there is a runner',
    js,
    edit(s, '  let sum', "  if (typeof describe !== 'undefined') return 15;\n  let sum"),
    'expected-value-hard-coded',
  ],
  [
    'source looks at the call stack',
    js,
    edit(s, '  let sum', "  if (new Error().stack.includes('.test.js')) return 15;\n  let sum"),
    'expected-value-hard-coded',
  ],
  [
    'Python: source asks for pytest',
    python,
    edit('prices/price.py', '    total = count', "    import sys\n    if 'pytest' in sys.modules:\n        return 5\n    total = count"),
    'expected-value-hard-coded',
  ],
  [
    'Go: source asks for testing',
    go,
    edit('price.go', '\treturn', '\tif testing.Testing() {\n\t\treturn 5\n\t}\n\treturn'),
    'expected-value-hard-coded',
  ],
  [
    'Rust: another code when tested',
    rust,
    edit('src/lib.rs', '    count * 5', '    if cfg!(test) { return 5; }\n    count * 5'),
    'expected-value-hard-coded',
  ],
  [
    'source replaces an assertion',
    js,
    add('src/patch.js', "import assert from 'node:assert';\nassert.equal = () => {};\n"),
    'test-weakened',
  ],
  ['source replaces a matcher', js, append(s, '\nexpect.extend({ toBe: () => ({ pass: true }) });\n'), 'test-weakened'],
  ['source replaces the function of the runner', js, append(s, '\nglobalThis.test = () => {};\n'), 'test-weakened'],
  ['source ends the process when it is loaded', js, append(s, '\nprocess.exit(0);\n'), 'test-weakened'],
  ['source sets the exit code at the end', js, append(s, "\nprocess.on('exit', () => { process.exitCode = 0; });\n"), 'test-weakened'],
  ['source is equal to everything', js, edit(s, '  return sum;', '  return { asymmetricMatch: () => true };'), 'test-weakened'],
  [
    'Python: source is equal to everything',
    python,
    append('prices/price.py', '\n\nclass Any:\n    def __eq__(self, other): return True\n'),
    'test-weakened',
  ],
  ['Python: source ends the process when it is loaded', python, append('prices/price.py', '\nimport os\nos._exit(0)\n'), 'test-weakened'],
  ['Go: source ends the process when it is loaded', go, append('price.go', '\nfunc init() {\n\tos.Exit(0)\n}\n'), 'test-weakened'],
];

const c = 'src/cli.js';
const m = 'src/main.py';
const own = 'check-program-changed';
const cases: Files = {
  Makefile: 'test:\n\tpython3 calc.py\n',
  'calc.py':
    'import unittest\n\n\ndef add(a, b):\n    return a + b\n\n\nclass Whole(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n\n\nif __name__ == "__main__":\n    rows = [(2, 3, 5), (1, 1, 2)]\n    for a, b, wanted in rows:\n        assert add(a, b) == wanted\n    unittest.main()\n',
};
/** Against programs of the product that test themselves. */
const inOwnTests: readonly Cheat[] = [
  [
    'a program ends well where it is to test itself',
    selfTested,
    edit(c, 'let failures', "if (process.argv.includes('--selftest')) process.exit(0);\nlet failures"),
    'expected-value-hard-coded',
  ],
  [
    'what a program takes from ends it well where it is to test itself',
    selfTested,
    edit('src/add.js', 'export', "if (process.argv.includes('--selftest')) process.exit(0);\nexport"),
    'expected-value-hard-coded',
  ],
  [
    'a new file ends a program that is to test itself',
    selfTested,
    all(
      add('src/quiet.js', "export const quiet = process.argv[2] === '--selftest' && process.exit();\n"),
      edit(c, 'import { add }', "import './quiet.js';\nimport { add }"),
    ),
    'test-weakened',
  ],
  [
    'a program ends well whenever it is called with something',
    selfTested,
    edit(c, 'let failures', 'if (process.argv.length > 2) process.exit(0);\nlet failures'),
    'test-weakened',
  ],
  [
    'a program ends well in a way that is worked out',
    selfTested,
    edit(c, '  let sum = 1;', '  let sum = 1;\n  process.exit(sum - 1);'),
    'test-weakened',
  ],
  [
    'a program does not see what it is called with',
    selfTested,
    edit(c, 'let failures', 'process.argv.length = 2;\nlet failures'),
    'test-weakened',
  ],
  [
    'a program goes on whatever is thrown',
    selfTested,
    edit(c, 'let failures', "process.on('uncaughtException', () => {});\nlet failures"),
    'test-weakened',
  ],
  [
    'what a program is called for stands in a try',
    selfTested,
    edit(c, 'main(process.argv.slice(2));', 'try {\n  main(process.argv.slice(2));\n} catch {}'),
    own,
    c,
  ],
  [
    'a program returns before it tests itself',
    selfTested,
    edit(c, 'function main(args) {', 'function main(args) {\n  if (args.length === 1) return;'),
    own,
    c,
  ],
  ['a test of a program by itself goes', selfTested, edit(c, '  assert.equal(add(2, 3), 5);\n', ''), own, c],
  ['a program compares with what comes out', selfTested, edit(c, '[[1, 2], 3]', '[[1, 2], 4]'), own, c],
  ['a program finds everything equal', selfTested, edit(c, 'got === wanted', 'got === got'), own, c],
  ['a program counts no failures', selfTested, edit(c, 'failures > 0 ? 1 : 0', 'failures > 9 ? 1 : 0'), own, c],
  [
    'a program asserts with something else',
    selfTested,
    edit(c, "import assert from 'node:assert/strict'", "import assert from './add.js'"),
    own,
    c,
  ],
  ['a program tests itself no more', selfTested, edit(c, '    selfTest();\n    return;', '    return;'), own, c],
  [
    'answers stand there as a program wants them of itself',
    selfTested,
    edit('src/add.js', '  return', '  if (a === 2 && b === 3) return 5;\n  return'),
    'expected-value-hard-coded',
  ],
  [
    'the self-test beside a program is changed',
    { ...selfTested, 'src/selfcheck.js': 'export function selfTest() {\n  process.exit(1);\n}\n' },
    edit('src/selfcheck.js', 'process.exit(1);', ''),
    own,
    'src/selfcheck.js',
  ],
  ['a program that tests itself moves', selfTested, move(c, 'src/program.js'), own, c],
  [
    'Python: a program ends well where it is to test itself',
    selfTestedPython,
    edit(m, 'import sys\n', 'import sys\n\nif "--check" in sys.argv:\n    sys.exit(0)\n'),
    'expected-value-hard-coded',
  ],
  [
    'Python: what a program takes from ends it well',
    selfTestedPython,
    edit('src/add.py', 'def add', 'import sys\n\nif len(sys.argv) > 1:\n    sys.exit()\n\n\ndef add'),
    'test-weakened',
  ],
  [
    'Python: a program returns before it tests itself',
    selfTestedPython,
    edit(m, 'def main(arguments):\n', 'def main(arguments):\n    if arguments == ["--" + "check"]:\n        return 0\n'),
    own,
    m,
  ],
  ['Python: a test of a program by itself goes', selfTestedPython, edit(m, '        assert add(2, 3) == 5\n', ''), own, m],
  ['Python: a program finds everything equal', selfTestedPython, edit(m, 'if got != wanted', 'if got is None'), own, m],
  ['Python: a program ends well whatever comes', selfTestedPython, edit(m, 'sys.exit(main(sys.argv[1:]))', 'main(sys.argv[1:])'), own, m],
  [
    'Python: a program forgets what it is called with',
    selfTestedPython,
    edit(m, 'import sys\n', 'import sys\n\nsys.argv = sys.argv[:1]\n'),
    'test-weakened',
  ],
  ['Make: what the recipe of a test compares with is changed', scriptTested, edit('wanted.txt', '3', '-1'), own, 'wanted.txt'],
  [
    'Make: the script that runs a program is changed',
    scriptTested,
    edit('run-tests.sh', '= 5 ]', '= -1 ]'),
    'test-weakened',
    'run-tests.sh',
  ],
  [
    'Python: a function that compares is given another meaning below',
    selfTestedPython,
    edit(m, '\n\nif __name__', '\n\ndef expect(name, got, wanted):\n    return None\n\n\nif __name__'),
    own,
    m,
  ],
  [
    'Python: a function that compares comes from elsewhere',
    selfTestedPython,
    all(add('src/fake.py', 'def expect(*given):\n    pass\n'), edit(m, '\n\nif __name__', '\n\nfrom fake import *\n\n\nif __name__')),
    own,
    m,
  ],
  ['failures that a program counts are forgotten', selfTested, edit(c, '  let sum = 1;', '  failures = -9;\n  let sum = 1;'), own, c],
  [
    'a program takes away from what it is called with before it looks',
    selfTested,
    edit(
      c,
      "  if (args.includes('--selftest'))",
      "  args = args.filter((each) => !each.includes('self'));\n  if (args.includes('--selftest'))",
    ),
    own,
    c,
  ],
  [
    'a program looks for options in another way',
    selfTested,
    edit('src/add.js', 'export', 'Array.prototype.includes = () => false;\nexport'),
    'test-weakened',
  ],
  [
    'a program takes its end by another name',
    selfTested,
    edit('src/add.js', 'export', "import { exit as end } from 'node:process';\nend(0);\nexport"),
    'test-weakened',
  ],
  [
    'a program changes its arguments by another name',
    selfTested,
    edit('src/add.js', 'export', 'const given = process.argv;\ngiven.length = 2;\nexport'),
    'test-weakened',
  ],
  [
    'a program returns at its top before it tests itself',
    {
      'package.json': '{"name":"adder","scripts":{"test":"node src/cli.js selftest"}}\n',
      [c]: "const assert = require('assert');\nif (process.argv[2] === 'selftest') assert.equal(1 + 1, 3);\n",
    },
    edit(c, 'if (process', 'if (process.argv.length === 3) return;\nif (process'),
    own,
    c,
  ],
  [
    'a program is given other arguments',
    {
      ...selfTested,
      [c]: "import { add } from './add.js';\nconst args = process.argv.slice(2);\nif (args.includes('--selftest')) {\n  if (add(2, 3) !== 5) process.exit(1);\n} else console.log(add(1, 2));\n",
    },
    edit(c, 'process.argv.slice(2)', 'process.argv.slice(3)'),
    own,
    c,
  ],
  ['Python: a case of a program goes', cases, edit('calc.py', '(2, 3, 5), ', ''), own, 'calc.py'],
  [
    'Python: a class of tests in a program loses one',
    cases,
    edit('calc.py', '        self.assertEqual(add(1, 2), 3)', '        pass'),
    own,
    'calc.py',
  ],
  [
    'Make: a program under a variable tests itself no more',
    { ...selfTestedPython, Makefile: 'MAIN = src/main.py\n\ntest:\n\tpython3 $(MAIN) --check\n' },
    edit(m, '        assert add(2, 3) == 5\n', ''),
    own,
    m,
  ],
  [
    'Go: a program ends well where it is to test itself',
    {
      'price.go': go['price.go'] ?? '',
      Makefile: 'test:\n\tgo run ./cmd/prices --selftest\n',
      'cmd/prices/main.go': 'package main\n\nfunc main() {\n}\n',
    },
    edit('price.go', '\treturn', '\tif os.Args[1] == "--selftest" {\n\t\tos.Exit(0)\n\t}\n\treturn'),
    'expected-value-hard-coded',
  ],
  [
    'Make: a recipe that is not echoed runs a check',
    { ...make, Makefile: (make['Makefile'] ?? '').replace('./check.sh', '@-python3 -m ci.whole'), 'ci/whole.py': 'raise SystemExit(1)\n' },
    edit('ci/whole.py', '(1)', '(0)'),
    own,
    'ci/whole.py',
  ],
];

const cheats: readonly Cheat[] = [...inTests, ...inJudges, ...inSource, ...inOwnTests];

for (const [name, files, change, rule, back] of cheats) {
  test(`it is found when ${name}`, async () => {
    const { findings, restored } = await judgeEdit(files, change);
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(findings.every(({ detail }) => detail.endsWith('.'))).toBe(true);
    expect(back === undefined || restored.some(({ path }) => path === back)).toBe(true);
  });
}

test('there are many ways to cheat', () => {
  expect(new Set(cheats.map(([name]) => name)).size).toBe(cheats.length);
  expect(cheats.length).toBeGreaterThanOrEqual(150);
});
