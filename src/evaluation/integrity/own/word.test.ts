import { expect, test } from 'vitest';
import type { CheckEvidence, TestEvidence } from '../../../domain/evidence.ts';
import { detectChecks } from '../../checks/detect.ts';
import { choose } from '../../choose.ts';
import { baseOf, checked, world } from '../../testing/evidence.ts';
import type { Files } from '../../testing/changed-project.ts';
import { scriptTested, selfTested } from '../../testing/small-projects.ts';
import { wholeCommand } from '../../test-outcomes.ts';
import { withOwnWord } from './word.ts';

const passed: TestEvidence = { kind: 'exit-code', passed: true, exitCode: 0, output: '', durationMs: 1 };
/** A program that is only run, and whose tests say nothing but that it ended well. */
const onlyRun: Files = {
  Makefile: 'test:\n\tnode src/main.js --verify\n',
  'src/main.js': "import { add } from './add.js';\nconsole.log(add(1, 2));\n",
  'src/add.js': 'export const add = (a, b) => a - b;\n',
};

/** What is known of the tests of a project that passed, after a file of it was changed. */
async function testsOf(files: Files, path: string, tests: TestEvidence = passed): Promise<TestEvidence> {
  const read = (one: string) => Promise.resolve(files[one]);
  const paths = () => Promise.resolve(Object.keys(files));
  const plan = await detectChecks({ readFile: read, exists: (one) => Promise.resolve(one in files), list: paths });
  const file = { path, status: 'modified', addedLines: 1, removedLines: 1, binary: false, kind: 'file' } as const;
  const check: CheckEvidence = checked({ tests });
  return (await withOwnWord({ change: { files: [file] }, plan, before: read, paths }, check)).tests;
}

test('a program that is only run vouches for nothing where it was changed, and is believed where it was not', async () => {
  expect(await testsOf(onlyRun, 'src/main.js')).toMatchObject({
    passed: true,
    selfJudged: 'That the tests pass counts for nothing: all they do is to run src/main.js, which it changes.',
  });
  expect(await testsOf(onlyRun, 'src/add.js')).toEqual(passed);
  const failed: TestEvidence = { ...passed, passed: false, exitCode: 1 };
  expect(await testsOf(onlyRun, 'src/main.js', failed)).toEqual(failed);
});

test('a program is believed where its own tests are put back, and where something else compares what it says', async () => {
  expect(await testsOf(selfTested, 'src/cli.js')).toEqual(passed);
  expect(await testsOf(scriptTested, 'src/cli.js')).toEqual(passed);
});

test('a program is believed where something else judges as well', async () => {
  const { Makefile = '' } = onlyRun;
  expect(await testsOf({ ...onlyRun, Makefile: `${Makefile}\t./build/whole-tests\n` }, 'src/main.js')).toEqual(passed);
  const more = {
    ...onlyRun,
    Makefile: `${Makefile}\t@echo done\n\t-sh ci/all.sh\n`,
    'ci/all.sh': 'set -e\ncd .\nMAIN=src/main.js\nnode $MAIN --verify\n',
  };
  expect(await testsOf(more, 'src/main.js')).toMatchObject({ selfJudged: expect.stringMatching(/src\/main\.js/) });
});

test('a program of another language that only tests itself is not believed where it was changed', async () => {
  const files = { Makefile: 'MAIN = ./cmd/add\n\ntest:\n\tgo run $(MAIN) --selftest\n', 'cmd/add/main.go': 'package main\n' };
  expect(await testsOf(files, 'cmd/add/main.go')).toMatchObject({ selfJudged: expect.stringMatching(/cmd\/add\/main\.go/) });
});

test('what passed by its own word keeps nobody from winning, gives no points, and is said', async () => {
  const tests = await testsOf(onlyRun, 'src/main.js');
  for (const base of [{ passing: [wholeCommand] }, { failing: [wholeCommand] }]) {
    const choice = choose({
      base: { ...baseOf({ tests: passed }), passing: [], failing: [], ...base },
      worlds: [world('alpha', { tests })],
    });
    expect(choice).toMatchObject({ kind: 'chosen', winner: 'alpha' });
    expect(choice.verdicts[0]?.score).toMatchObject({ tests: null, testsTotal: 0 });
    expect(choice.kind === 'chosen' && choice.confidence).toBeLessThan(0.5);
    expect(choice.caveats).toContainEqual(expect.stringMatching(/^alpha: That the tests pass counts for nothing/));
  }
});
