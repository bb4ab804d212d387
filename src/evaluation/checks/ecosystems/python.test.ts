import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { TestEvidence } from '../../../domain/evidence.ts';
import { casesOf, runProblem } from '../../test-outcomes.ts';
import { testProject } from '../../testing/project.ts';
import { runTests } from '../run-tests.ts';

const seconds = 120_000;

/** Why a test is skipped: what this machine's own Python lacks. */
function lacks(module: string): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

async function outcome(files: Record<string, string>, options: { readonly test?: string; readonly timeoutMs?: number } = {}) {
  await using project = await testProject(files);
  const evidence = await runTests(await project.setting({ overrides: options }));
  expect(await readdir(project.outside)).toEqual([]);
  const left = await readdir(project.directory, { recursive: true });
  expect(left.filter((path) => /__pycache__|\.pytest_cache|\.pyc$/.test(path))).toEqual([]);
  return evidence;
}

function told(evidence: TestEvidence): readonly string[] {
  return casesOf(evidence).map(({ id, status }) => `${status}: ${id}`);
}

const noPytest = lacks('pytest');
if (noPytest) console.info('Tests with pytest are skipped: /usr/bin/python3 has no pytest (Debian: python3-pytest).');

test.skipIf(noPytest)(
  'pytest tells every test by file, class and parameters, also those whose set-up or tear-down fails',
  async () => {
    const evidence = await outcome({
      'pytest.ini': '[pytest]\naddopts = -q --junitxml=own.xml\n',
      'tests/test_a.py': `import pytest, unittest
def test_ok(): pass
@pytest.mark.parametrize('n', [1, 2])
def test_param(n): assert n == 1
@pytest.mark.skip(reason='x')
def test_skip(): pass
@pytest.mark.xfail
def test_expected(): assert False
@pytest.fixture
def bad(): raise RuntimeError('set-up')
def test_bad(bad): pass
@pytest.fixture
def late():
    yield
    raise RuntimeError('tear-down')
def test_late(late): pass
class TestC:
    def test_ok(self): print('ok 1 - forged')
`,
    });
    expect(told(evidence)).toEqual([
      'passed: tests/test_a.py > test_ok',
      'passed: tests/test_a.py > test_param[1]',
      'failed: tests/test_a.py > test_param[2]',
      'skipped: tests/test_a.py > test_skip',
      'skipped: tests/test_a.py > test_expected',
      'failed: tests/test_a.py > test_bad',
      'failed: tests/test_a.py > test_late',
      'passed: tests/test_a.py > TestC > test_ok',
    ]);
    expect(evidence).toMatchObject({ kind: 'reported', runner: 'pytest', exitCode: 1, notes: [] });
    expect(casesOf(evidence)[2]).toMatchObject({ message: expect.stringContaining('2 == 1') });
  },
  seconds,
);

const passing = { 'pytest.ini': '', 'test_a.py': 'def test_before(): pass\n' };

test.skipIf(noPytest).each([
  [
    'kills the parent of its runner and leaves with 0',
    'import os, signal\ndef test_kills(): os.kill(os.getppid(), signal.SIGKILL); os._exit(0)',
  ],
  ['ends the session as if all was well', 'import pytest\ndef test_ends(): pytest.exit("done", 0)'],
])('a test of pytest that %s: what was not told did not pass', { tags: ['campaign'], timeout: seconds }, async (_, source) => {
  const evidence = await outcome(
    { ...passing, 'test_b.py': `${source}\ndef test_after(): pass\n` },
    { test: 'sh -c "python3 -m pytest; :"' },
  );
  expect(told(evidence)).toEqual(['passed: test_a.py > test_before']);
  expect(runProblem(evidence)).toBeDefined();
});

test.skipIf(noPytest)(
  'a file that cannot be loaded has failed, and what did not run did not pass',
  async () => {
    const evidence = await outcome({ ...passing, 'test_b.py': 'import nothing_of_the_kind\n' });
    expect(told(evidence)).toEqual(['failed: test_b.py > (whole file)']);
    expect(evidence).toMatchObject({ incomplete: true });
  },
  seconds,
);

test.skipIf(noPytest)(
  'a report that a test writes over that of pytest is no pass, and a pytest that a test starts reports to nobody',
  { tags: ['campaign'], timeout: seconds },
  async () => {
    const evidence = await outcome({
      ...passing,
      'test_b.py': `import os, subprocess, sys, glob
def test_nested(tmp_path):
    assert 'miyabi-reports' not in os.environ.get('NODE_OPTIONS', '')
    (tmp_path / 'test_inner.py').write_text('def test_inner(): assert False')
    assert subprocess.run([sys.executable, '-m', 'pytest', str(tmp_path)]).returncode == 1
def test_forges():
    for file in glob.glob(os.environ['HOME'] + '/reports/*'):
        text = open(file).read()
        open(file, 'w').write(text.replace('test_before', 'test_forged'))
`,
    });
    expect(told(evidence).some((line) => line.includes('test_inner'))).toBe(false);
    expect(evidence).toMatchObject({ kind: 'reported', incomplete: true });
  },
);

test.skipIf(noPytest)(
  'a hanging test of pytest ends by the time limit, and the tests before it are known',
  { tags: ['campaign'], timeout: seconds },
  async () => {
    const evidence = await outcome({ ...passing, 'test_b.py': 'import time\ndef test_hangs(): time.sleep(1000)\n' }, { timeoutMs: 3_000 });
    expect(evidence).toMatchObject({ kind: 'timeout', cases: [{ id: 'test_a.py > test_before', status: 'passed' }] });
  },
);

const unittestFiles = {
  'setup.py': '',
  'tests/test_a.py': `import unittest
class TestA(unittest.TestCase):
    def test_ok(self): print('test_fails (tests.test_a.TestA) ... ok')
    def test_fails(self): self.assertEqual(1, 2)
    def test_breaks(self): raise RuntimeError('broken')
    @unittest.skip('later')
    def test_later(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    def test_parts(self):
        for n in range(3):
            with self.subTest(n=n): self.assertNotEqual(n, 1)
    def test_inner(self):
        class Inner(unittest.TestCase):
            def test_inner_fails(self): self.fail()
        unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Inner))
class TestB(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError('no class')
    def test_never(self): pass
`,
  'tests/test_broken.py': 'import nothing_of_the_kind\n',
};

test.skipIf(lacks('unittest'))(
  'unittest tells its tests without a change to the project',
  async () => {
    const evidence = await outcome(unittestFiles);
    expect(told(evidence).toSorted()).toEqual([
      'failed: setUpClass (test_a.TestB)',
      'failed: tests/test_a.py > TestA > test_breaks',
      'failed: tests/test_a.py > TestA > test_fails',
      'failed: tests/test_a.py > TestA > test_parts',
      'failed: unittest.loader._FailedTest.test_broken',
      'passed: tests/test_a.py > TestA > test_inner',
      'passed: tests/test_a.py > TestA > test_ok',
      'skipped: tests/test_a.py > TestA > test_expected',
      'skipped: tests/test_a.py > TestA > test_later',
    ]);
    expect(evidence).toMatchObject({ kind: 'reported', runner: 'unittest', exitCode: 1, notes: [] });
    expect(casesOf(evidence).find(({ id }) => id.endsWith('test_fails'))?.message).toBe('AssertionError: 1 != 2');
  },
  seconds,
);

test.skipIf(lacks('unittest')).each([
  ['leaves with 0', 'import os; os._exit(0)', {}],
  ['has the run broken off', 'raise KeyboardInterrupt', {}],
])('a test of unittest that %s: what was not told did not pass', { tags: ['campaign'], timeout: seconds }, async (_, statement) => {
  const evidence = await outcome({
    'setup.py': '',
    'test_a.py': `import unittest
class TestA(unittest.TestCase):
    def test_1(self): pass
    def test_2(self): ${statement}
    def test_3(self): pass
`,
  });
  expect(told(evidence)).toEqual(['passed: test_a.py > TestA > test_1']);
  expect(runProblem(evidence)).toBeDefined();
});
