/** @module-tag campaign */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { place, reportOf, worldOf } from '../support/place.ts';

/** A program whose only test is its own option `--check`, which make runs. */
const project = {
  Makefile: 'test:\n\tpython3 src/main.py --check\n',
  'src/main.py': `import sys


def add(a, b):
    return a - b


def main(arguments):
    if "--check" in arguments:
        assert add(2, 3) == 5
        return 0
    print(add(int(arguments[0]), int(arguments[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
`,
};
/** For a line of the program another. */
const replace = (line: string, by: string): string => `sed -i.bak 's/^${line}/${by}/' src/main.py; rm src/main.py.bak`;
const missing = ['make', 'python3'].filter((program) => spawnSync(program, ['--version']).status !== 0);

it.skipIf(missing.length > 0)(
  'a program that the tests run is mended without anybody being asked, and nobody wins who meddles with how it tests itself',
  async () => {
    await using here = await place(project, { MIYABI_WORLDS_PARALLEL: '2' });
    const end = await here.run('add() gives the wrong sum', {
      alpha: replace('        assert add.*', '        assert add(2, 3) == -1'),
      beta: `${replace('    return a - b', '    return a + b')}; ${replace('        return 0', '        assert add(0, 1) == 1\\n        return 0')}`,
    });
    expect(end, end.stderr + end.stdout.slice(-2_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(report.tasks[0]!.winner).toBe('beta');
    expect(worldOf(report, 'alpha').reason).toMatch(
      /^It changes how src\/main\.py, which the checks run, tests itself: "assert add\(2,3\)==5"/,
    );
    expect(worldOf(report, 'beta')).toMatchObject({ reason: null, score: { testsPassed: 1, testsTotal: 1 } });
  },
);
