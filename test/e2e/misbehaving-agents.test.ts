import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evilAgent, isAlive } from '../support/evil-agent.ts';
import { smallProject, testsWithoutNpm, untestedProject, withoutWalls } from '../support/miyabi.ts';
import { isPrintable, mend, place, reportOf, worldOf } from '../support/place.ts';

const issue = 'add() gives the wrong sum';
const minute = 60_000;

describe('agents that misbehave inside of their worlds', () => {
  it('lose, or win with what was sound, and leave nothing behind', { tags: ['campaign'], timeout: 4 * minute }, async () => {
    await using here = await place(smallProject, { ...withoutWalls, ...testsWithoutNpm, MIYABI_LIMITS_OUTPUT_MEGABYTES: '1000' });
    const left = (name: string): string => join(here.folder, name);
    const strange = `printf 'cleared \\033[2J \\033]0;evil\\007 \\r\\360\\237\\230\\200 \\342\\200\\256 end\\n'`;
    const end = await here.run(issue, {
      alpha: `${mend}; (${evilAgent.escapes}) > ${left('escaped')}; (${evilAgent.keepsWriting(left('written'))}) > ${left('forked')}; echo '// one more line' >> src/add.js`,
      beta: `${mend}; yes 'a line of noise that goes on and on' | head -c 100000000; echo; ${strange}`,
      gamma: 'true',
      delta: `${mend}; ${strange} >&2; exit 3`,
      epsilon: 'chmod +x src/add.js',
      zeta: `${mend}; ln -s /etc/passwd src/link`,
      eta: `${mend}; git init --quiet inner; echo 1 > inner/file; git -C inner add .; git -C inner -c user.name=x -c user.email=x@y commit --quiet -m x`,
      theta: `${mend}; head -c 5000000 /dev/urandom > blob.png`,
      iota: 'kill -9 $$',
    });
    expect(end, end.stderr + end.stdout.slice(-2000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    const status = Object.fromEntries(report.tasks[0]!.worlds.map((world) => [world.world, world.status]));
    expect(status).toEqual({
      alpha: 'success',
      beta: 'success',
      gamma: 'failed',
      delta: 'failed',
      epsilon: 'success',
      zeta: 'failed',
      eta: 'success',
      theta: 'success',
      iota: 'failed',
    });
    expect(report.tasks[0]!.winner).toBe('beta');
    const [log] = (await here.git('log', '-1', '--format=%B', report.branch!)).split('Miyabi-Run');
    expect(log).toContain('cleared');
    expect(isPrintable(log!)).toBe(true);
    expect(log).not.toContain('[2J');
    expect(end.stdout.length).toBeLessThan(500_000);
    expect(end.stdout).not.toContain('a line of noise');

    const explained = (await here.miyabi(['explain', 'last'])).stdout;
    expect(isPrintable(explained)).toBe(true);
    const words = explained.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/gamma it changed nothing/i);
    expect(words).toMatch(/delta The command ended with exit code 3/);
    expect(words).toMatch(/zeta It adds the link src\/link, which leads to \/etc\/passwd/);
    expect(words).toMatch(/iota The command was ended by SIGKILL/);
    const shown = (await here.miyabi(['show', 'last'])).stdout;
    expect(isPrintable(shown)).toBe(true);
    expect(shown).toMatch(/alpha\.run succeeded/);

    const pids = [...(await readFile(left('escaped'), 'utf8')).split('\n'), ...(await readFile(left('forked'), 'utf8')).split('\n')]
      .map(Number)
      .filter((pid) => pid > 0);
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await here.worldsLeft()).toEqual([]);
    expect(await here.git('status', '--porcelain')).toBe('');
  });

  it('that put links in the place of their folders reach nothing of the user’s through them', { tags: ['campaign'] }, async () => {
    await using here = await place(
      { ...untestedProject, 'tree/precious.txt': 'mine\n', 'alpha/tree/precious.txt': 'mine\n' },
      withoutWalls,
    );
    const elsewhere = join(here.folder, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'secret.txt'), 'secret\n');
    await mkdir(join(elsewhere, 'tree'));
    await writeFile(join(elsewhere, 'tree', 'precious.txt'), 'mine\n');
    const worlds = {
      alpha: `${mend}; w=$PWD; cd /; rm -rf "$w"; ln -s ${elsewhere} "$w"`,
      beta: `${mend}; w=$(dirname "$PWD"); cd /; rm -rf "$w"; ln -s ${elsewhere} "$w"`,
      gamma: `${mend}; w=$(dirname "$(dirname "$PWD")"); cd /; rm -rf "$w"; ln -s ${here.project} "$w"`,
      delta: `${mend}; w=$PWD; cd /; rm -rf "$w"`,
      epsilon: `${mend}; w=$PWD; cd /; rm -rf "$w"; echo 1 > "$w"`,
      zeta: `mkdir many; cd many; for i in 1 2 3 4 5 6 7 8 9 10; do ln -s /etc/passwd $i; done`,
      eta: mend,
    };
    const end = await here.run(issue, worlds, { args: ['--yes'] });
    expect(end, end.stderr + end.stdout.slice(-1_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(report.tasks[0]!.winner).toBe('eta');
    for (const name of ['alpha', 'beta', 'gamma', 'delta', 'epsilon']) {
      // A plain folder is found replaced; a mount point can be emptied and not removed.
      expect(worldOf(report, name).status).toBe('failed');
    }
    expect(await here.worldsLeft()).toEqual([]);
    for (const path of [join(elsewhere, 'tree'), join(here.project, 'tree'), join(here.project, 'alpha', 'tree')]) {
      expect(await readFile(join(path, 'precious.txt'), 'utf8')).toBe('mine\n');
    }
    expect(await here.git('status', '--porcelain')).toBe('');
    expect((await here.miyabi(['explain'])).stdout).toMatch(/And 4 more reasons\./);
  });

  it.skipIf(process.platform !== 'linux')('may print more than memory holds: it is not kept', { tags: ['campaign'] }, async () => {
    await using here = await place(untestedProject, { MIYABI_LIMITS_OUTPUT_MEGABYTES: '1000' });
    const worlds = {
      alpha: `${mend}; yes 'a line of noise that goes on and on' | head -c 200000000`,
      beta: `${mend}; head -c 200000000 /dev/zero`,
    };
    const running = here.start(issue, worlds, ['--yes']);
    let peak = 0;
    // The most it ever had, in kB, as the system counts it; asked for whenever something happens.
    running.stdout.on('data', () => {
      const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    });
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
    expect(peak).toBeGreaterThan(10_000);
    expect(peak).toBeLessThan(350_000);
  });

  it('end with 6 when the only one changed nothing, and with what it said when it failed', { tags: ['campaign'] }, async () => {
    await using here = await place(untestedProject);
    const how = { lines: true, args: ['--yes'] };
    const nothing = await here.run(issue, { alpha: 'true' }, how);
    expect(nothing).toMatchObject({ code: 6, stdout: expect.stringMatching(/alpha: it changed nothing/) });
    const failed = await here.run(issue, { alpha: `printf 'no \\033]0;evil\\007key\\n' >&2; exit 2` }, how);
    expect(failed).toMatchObject({ code: 6, stdout: expect.stringMatching(/exit code 2/) });
    expect(isPrintable(failed.stdout + failed.stderr)).toBe(true);
  });

  it('are ended by their time limit when they ignore SIGTERM', async () => {
    await using here = await place(untestedProject, withoutWalls);
    const pids = join(here.folder, 'pids');
    const end = await here.run(issue, { alpha: `exec > ${pids}; ${evilAgent.ignoresTerm}` }, { args: ['--yes', '--timeout', '0.07'] });
    expect(end, end.stderr).toMatchObject({ code: 6 });
    expect(worldOf(reportOf(end), 'alpha')).toMatchObject({ status: 'timeout', score: null });
    const started = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
    expect(started).toHaveLength(2);
    expect(started.filter(isAlive)).toEqual([]);
    expect((await here.miyabi(['explain', 'last'])).stdout).toMatch(/alpha +ended by its time limit/);
  });
});

describe('dependencies that an agent writes into where all worlds get them from', () => {
  it('take its world out of the choice, and are installed anew for the others', { tags: ['campaign'], timeout: 3 * minute }, async () => {
    const files = {
      ...smallProject,
      'package.json': `${JSON.stringify({ name: 'small', version: '1.0.0', type: 'module', scripts: { test: 'node --test' }, dependencies: { sums: '1.0.0' } })}\n`,
      'package-lock.json': '{"name":"small","version":"1.0.0","lockfileVersion":3,"packages":{}}\n',
      'test/sums.test.js': `import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from 'sums';\ntest('sums', () => assert.equal(sum(), 3));\n`,
    };
    await using here = await place(files, withoutWalls);
    // An npm that installs without a registry, and counts how often.
    const bin = join(here.folder, 'bin');
    await mkdir(bin);
    const install = `mkdir -p node_modules/sums; echo '{"name":"sums","version":"1.0.0","type":"module","exports":"./i.js"}' > node_modules/sums/package.json; echo 'export const sum = () => 3;' > node_modules/sums/i.js; echo x >> ${here.folder}/installed`;
    const path = process.env['PATH'] ?? '';
    await writeFile(join(bin, 'npm'), `#!/bin/sh\ncase $1 in ci|install) ${install};; *) PATH='${path}' exec npm "$@";; esac\n`, {
      mode: 0o755,
    });
    const poison = `echo 'export const sum = () => 4;' | tee ${here.state}/layers/*/tree/node_modules/sums/i.js`;
    const end = await here.run(
      issue,
      { alpha: `${mend}; ${poison}`, beta: `${mend}; grep -q 3 node_modules/sums/i.js; echo // longer >> src/add.js` },
      { env: { MIYABI_WORLDS_PARALLEL: '1', PATH: `${bin}:${path}` } },
    );
    expect(end, end.stderr + end.stdout.slice(-1_000)).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(report.tasks[0]!.winner).toBe('beta');
    expect(worldOf(report, 'alpha').reason).toMatch(/a layer of installed dependencies changed/);
    expect(worldOf(report, 'beta').score).toMatchObject({ testsPassed: 4, testsTotal: 4 });
    expect(await readFile(join(here.folder, 'installed'), 'utf8')).toBe('x\nx\n');
  });
});
