/** @module-tag campaign */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallProject, testsWithoutNpm, untestedProject } from '../support/miyabi.ts';
import { mend, place, reportOf, worldOf } from '../support/place.ts';

const issue = 'add() gives the wrong sum';
const minute = 60_000;

/** Prints more than a world may under {@link quiet}. */
const shout = 'head -c 3000000 /dev/zero | tr "\\0" "x"';
const quiet = { MIYABI_LIMITS_OUTPUT_MEGABYTES: '1' };

describe('a world that is stopped', () => {
  it(
    'is told with the limit that it broke, by its agent or while its change is checked, and does not win',
    async () => {
      await using here = await place(smallProject, testsWithoutNpm);
      const end = await here.run(
        issue,
        { alpha: `${mend}; ${shout}`, beta: `${mend}; echo 'console.log("x".repeat(3_000_000));' >> src/add.js`, gamma: mend },
        { env: quiet },
      );
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const report = reportOf(end);
      expect(report.tasks[0]!.winner).toBe('gamma');
      const [alpha, beta] = ['alpha', 'beta'].map((name) => worldOf(report, name).reason);
      expect(alpha).toBe('stopped, because it broke a rule: a program printed more than 1 MB (`limits.outputMegabytes` limits that)');
      expect(beta).toMatch(/^its change could not be checked: .* it broke a rule\. .*printed more than 1 MB\. .*`limits\.outputMegabytes`/);
    },
    3 * minute,
  );

  it(
    'does not win when the program that broke the rule was ended by the system and nobody said so',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await place(smallProject, { MIYABI_LIMITS_MEMORY_GIGABYTES: '0.2' });
      const eat = `node -e "const all = []; for (let i = 0; i < 60; i += 1) all.push(Buffer.alloc(1e7, 1)); setTimeout(() => all, 5_000)" || true`;
      const later = `import { execSync } from 'node:child_process';\nexecSync('${eat.replaceAll('"', '\\"')}');`;
      const end = await here.run(issue, { alpha: `${mend}; ${eat}`, beta: `${mend}; cat >> src/add.js <<'END'\n${later}\nEND` });
      expect(end, end.stderr).toMatchObject({ code: 6 });
      const [alpha, beta] = ['alpha', 'beta'].map((name) => worldOf(reportOf(end), name).reason);
      expect(alpha).toMatch(/^stopped, because it broke a rule: used more than 215 MB of memory/);
      expect(beta).toMatch(/^its change could not be checked: .*used more than 215 MB of memory/);
    },
  );

  it('is taken down all the same', { tags: ['campaign'], timeout: 3 * minute }, async () => {
    await using here = await place(untestedProject, { ...quiet, MIYABI_WORLDS_TEARDOWN: 'echo "down: $MIYABI_WORLD"; exit 3' });
    const end = await here.run(issue, { alpha: `${mend}; ${shout}` }, { args: ['--yes'] });
    expect(end, end.stderr).toMatchObject({ code: 6 });
    const said = reportOf(end).warnings.join('\n');
    expect(said).toMatch(/worlds\.teardown\) did not end well\. It ended with exit code 3\. down: alpha/);
  });
});

describe('an agent that asks for an address', () => {
  it(
    'is told how to allow it, and people are told that it did, where nothing at all is allowed',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await place(untestedProject);
      // As programs do that read HTTP_PROXY; of Node itself, only newer ones do.
      const ask = `node -e '
        const { hostname: host, port } = new URL(process.env.HTTP_PROXY);
        require("http").get({ host, port, path: "http://registry.example.org/x", headers: { host: "registry.example.org" } }, (answer) => answer.pipe(process.stdout));
      '`;
      const end = await here.run(issue, { alpha: `${mend}; ${ask}` }, { args: ['--yes'] });
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const log = await readFile(join(here.state, 'logs', reportOf(end).run, 'task-1-alpha.log'), 'utf8');
      expect(log).toContain('add "registry.example.org:80" to sandbox.allow');
      expect(reportOf(end).warnings.join('\n')).toMatch(/network.*registry\.example\.org:80 was asked for/);
      expect((await here.miyabi(['show', 'last'])).stdout).toMatch(/alpha\.run: denied \(network\): registry\.example\.org:80/);
    },
  );
});

describe('a checkout that cannot be set up', () => {
  it('leaves all that was printed where the message says', { tags: ['campaign'], timeout: 3 * minute }, async () => {
    await using here = await place(smallProject, { MIYABI_WORLDS_SETUP: 'echo first; seq 100; echo last; exit 3' });
    const end = await here.run(issue, { alpha: mend }, { lines: true });
    expect(end).toMatchObject({ code: 1 });
    const [, log = ''] = /All of it: (\S+\.log)\./.exec(end.stdout) ?? [];
    expect(await readFile(log, 'utf8')).toMatch(/^first\n1\n[^]*\n100\nlast\n$/);
  });
});
