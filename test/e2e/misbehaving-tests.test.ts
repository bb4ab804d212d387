import { describe, expect, it } from 'vitest';
import { smallProject } from '../support/miyabi.ts';
import { hang, mend, noStack, place, reportOf, worldOf } from '../support/place.ts';

const issue = 'add() gives the wrong sum';
const minute = 60_000;

/** The small project with another test script. */
function withScript(test: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { ...withScripts({ test }), ...more };
}

function withScripts(scripts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const manifest = { name: 'small', version: '1.0.0', type: 'module', scripts };
  return { ...smallProject, 'package.json': `${JSON.stringify(manifest, undefined, 2)}\n` };
}

/** In words, without the line breaks of a terminal. */
async function explained(here: { miyabi(args: readonly string[]): Promise<{ readonly stdout: string }> }): Promise<string> {
  return (await here.miyabi(['explain', 'last'])).stdout.replaceAll(/\s+/g, ' ');
}

describe('a world that has its way with the tests', () => {
  it('cannot win against an honest one, and explain says why for each', { tags: ['campaign'], timeout: 4 * minute }, async () => {
    await using here = await place();
    const end = await here.run(
      issue,
      {
        alpha: `rm test/add.test.js`,
        beta: `sed -i.bak 's/add(2, 3), 5/add(2, 3), -1/' test/add.test.js; rm test/*.bak`,
        gamma: `sed -i.bak "s/^test('adds'/test.skip('adds'/" test/add.test.js; rm test/*.bak`,
        delta: `sed -i.bak 's/node --test/true/' package.json; rm package.json.bak`,
        epsilon: `echo 'console.log("# tests 3"); console.log("# pass 3"); process.exit(0);' >> src/add.js`,
        zeta: `${mend}; echo 'if (process.argv.length > 0) ${hang}' >> src/add.js`,
        eta: `${mend}; echo 'setTimeout(() => process.exit(0), 0);' > src/late.js; sed -i.bak "1i import './late.js';" src/add.js; rm src/add.js.bak; echo 'await new Promise(() => {});' >> src/add.js`,
        theta: mend,
        iota: `${mend}; sed -i.bak "s/test('doubles'/test('doubles', { todo: true }/" test/add.test.js; rm test/*.bak`,
      },
      { env: { MIYABI_CHECKS_TIMEOUT_MINUTES: '0.2' } },
    );
    expect(end, end.stderr + end.stdout.slice(-2_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(report.tasks[0]!.winner).toBe('theta');
    const won = report.tasks[0]!.worlds.filter(({ status }) => status === 'success').map(({ world }) => world);
    expect(won).toEqual(['theta']);
    const words = await explained(here);
    expect(words).toMatch(/alpha .*?test\/add\.test\.js/);
    expect(words).toMatch(/delta .*?changes the command that runs the tests in package\.json/i);
    expect(words).toMatch(/zeta .*?time limit/);
    for (const world of report.tasks[0]!.worlds) {
      expect(world.world === 'theta' ? 'It won.' : world.reason, world.world).toMatch(/\S.*\.$/s);
    }
  });

  it('does not win even when it is the only one, or when no other is honest', { tags: ['campaign'] }, async () => {
    await using here = await place(smallProject, { MIYABI_WORLDS_FALLBACK: '[]' });
    const expectNoWinner = async (scripts: Readonly<Record<string, string>>, told: RegExp): Promise<void> => {
      const end = await here.run(issue, scripts);
      expect(end, end.stderr + end.stdout.slice(-1_000)).toMatchObject({ code: 6 });
      const report = reportOf(end);
      expect(report).toMatchObject({ status: 'failed', branch: null, commit: null });
      for (const name of Object.keys(scripts))
        expect(worldOf(report, name)).toMatchObject({ status: 'failed', reason: expect.stringMatching(/\.$/) });
      expect(await here.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
      expect(await explained(here)).toMatch(told);
    };
    const weakens = `sed -i.bak 's/assert.equal(add(2, 3), 5)/assert.ok(true)/' test/add.test.js; rm test/*.bak`;
    await expectNoWinner({ alpha: weakens }, /No world won\. The only world .*? Why not alpha /);
    const others = {
      alpha: 'rm test/add.test.js',
      beta: weakens,
      gamma: `sed -i.bak "s/^test('adds'/test.skip('adds'/" test/add.test.js; rm test/*.bak`,
      delta: `sed -i.bak 's/node --test/true/' package.json; rm package.json.bak`,
      epsilon: `echo 'process.exit(0)' > src/stop.js; sed -i.bak "1i import './stop.js';" src/add.js; rm src/*.bak`,
    };
    await expectNoWinner(others, /No world won\. .*? Why not alpha .*? beta .*? gamma .*? delta .*? epsilon /);
  });
});

describe('a world that would be its own judge', () => {
  const project = {
    ...withScripts({ test: 'node check.js', build: 'node build.js', lint: 'npm run -s inner', inner: 'node lint/run.js' }),
    'check.js': `import { add } from './src/add.js';\nif (add(2, 3) !== 5) throw new Error('no');\n`,
    'build.js': `await import('./src/add.js');\n`,
    'lint/run.js': `import { rules } from './rules.js';\nprocess.exit(rules.length > 0 ? 0 : 1);\n`,
    'lint/rules.js': `export const rules = ['one'];\n`,
    'tests/expected.txt': '5\n',
  };
  const broken = `echo 'export const = ;' > src/add.js`;

  it('cannot win, neither with its own checks nor without any', { tags: ['campaign'], timeout: 4 * minute }, async () => {
    await using here = await place(project);
    const end = await here.run(issue, {
      alpha: `${broken}; echo 'process.exit(0);' > check.js; sed -i.bak 's/node build.js/true/' package.json; rm package.json.bak`,
      beta: `${broken}; echo > check.js; echo > build.js`,
      gamma: `${mend}; sed -i.bak 's/node lint.run.js/true/' package.json; rm package.json.bak`,
      delta: `${mend}; echo 'export const rules = [1];' > lint/rules.js`,
      epsilon: `${mend}; echo 6 > tests/expected.txt`,
      zeta: mend,
    });
    expect(end, end.stderr + end.stdout.slice(-2_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    const won = report.tasks[0]!.worlds.filter(({ status }) => status === 'success').map(({ world }) => world);
    expect(won).toEqual(['zeta']);
    const words = await explained(here);
    expect(words).toMatch(/alpha .*?changes the command that runs the build in package\.json/i);
    expect(words).toMatch(/beta .*?check\.js, which the checks run or read/);
    expect(words).toMatch(/gamma .*?changes the command that runs the linter in package\.json/i);
  });
});

describe('a project whose tests cannot be believed', () => {
  it('is worked on without any, which is said, and the score is neutral', { tags: ['campaign'] }, async () => {
    await using here = await place({ 'src/add.js': smallProject['src/add.js']!, 'README.md': 'small\n' });
    const end = await here.run(issue, { alpha: mend, beta: 'true' }, { args: ['--yes'] });
    expect(end, end.stderr + end.stdout.slice(-1_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(worldOf(report, 'alpha').score).toMatchObject({ tests: null, testsPassed: 0, testsTotal: 0 });
    expect(end.stderr + JSON.stringify(report.warnings)).toMatch(
      /No project was found.*Without tests nothing shows that a change is right/,
    );
    expect(await explained(here)).toMatch(/no test evidence: tests n\/a/);
    const lines = await here.run(`${issue} again`, { alpha: mend }, { args: ['--yes'], lines: true });
    expect(lines.stdout + lines.stderr).toMatch(/^! No project was found/m);
  });

  it('is seen through when it exits with 0 although tests fail, and prints what it likes', { tags: ['campaign'] }, async () => {
    const garbage = `node -e "process.stdout.write(require('crypto').randomBytes(200000)); console.log('\\n# pass 10\\n10 passed')"`;
    await using here = await place(withScript(`${garbage}; node --test; ${garbage}; true`));
    const end = await here.run(issue, { alpha: 'echo >> src/add.js', beta: mend });
    expect(end, end.stderr + end.stdout.slice(-1_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(report.tasks[0]!.winner).toBe('beta');
    expect(worldOf(report, 'beta').score).toMatchObject({ testsPassed: 3, testsTotal: 3 });
    expect(worldOf(report, 'alpha').score).toMatchObject({ testsPassed: 2, testsTotal: 3 });
    expect(await explained(here)).toMatch(
      /The command ended with 0 although one of its tests failed|ended with 0 although 1 of its tests failed/,
    );
  });

  it('is known by its exit code alone when it only claims to have passed', async () => {
    await using here = await place(withScript(`node check.js`, { 'check.js': `console.log('10 passed, 3 failed'); process.exit(0);\n` }));
    const end = await here.run(issue, { alpha: mend });
    const report = reportOf(end);
    expect(worldOf(report, 'alpha').score?.testsTotal).toBeLessThanOrEqual(1);
    expect(await explained(here)).toMatch(/only the exit code is known/);
  });

  it(
    'is given up on at its time limit when they hang, and the hanging test counts against nobody',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await place({
        ...smallProject,
        'test/hang.test.js': `import { test } from 'node:test';\ntest('hangs', () => { ${hang} });\n`,
      });
      const end = await here.run(issue, { alpha: mend }, { env: { MIYABI_CHECKS_TIMEOUT_MINUTES: '0.1' } });
      expect(noStack(end.stderr), end.stderr).toBe(true);
      expect(end.code).toBe(0);
      expect(reportOf(end).warnings).toEqual([expect.stringMatching(/did not end within their time.*checks\.timeoutMinutes/)]);
      expect(await explained(here)).toMatch(/time limit/);
      expect(await here.worldsLeft()).toEqual([]);
    },
  );

  it('may write into tracked files without that becoming part of the change', { tags: ['campaign'] }, async () => {
    await using here = await place({
      ...smallProject,
      'test/write.test.js': `import { appendFileSync } from 'node:fs';\nimport { test } from 'node:test';\ntest('writes', () => appendFileSync(new URL('../src/add.js', import.meta.url), '// written by a test\\n'));\n`,
    });
    const end = await here.run(issue, { alpha: mend });
    expect(end, end.stderr + end.stdout.slice(-1_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(await here.git('show', `${report.branch}:src/add.js`)).not.toContain('written by a test');
    expect(await here.git('diff', '--stat', 'main', report.branch!)).toMatch(/1 file changed, 1 insertion\(\+\), 1 deletion/);
    expect(await here.git('status', '--porcelain')).toBe('');
  });

  it('leaves nothing to repair when it passes at once, which is said', { tags: ['campaign'] }, async () => {
    await using here = await place({ ...smallProject, 'src/add.js': smallProject['src/add.js']!.replace('a - b', 'a + b') });
    const end = await here.miyabi(['run', issue, '--worlds', '2']);
    expect(end, end.stderr).toMatchObject({ code: 6, stdout: expect.stringMatching(/alpha: .*(?:nothing to repair|no test fails|pass)/i) });
    expect(end.stderr).not.toMatch(/is undefined|Error:/);
  });
});
