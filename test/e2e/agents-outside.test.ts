/** @module-tag campaign */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallProject, testsWithoutNpm, untestedProject, withoutWalls } from '../support/miyabi.ts';
import { mend, noStack, place, reportOf, worldOf } from '../support/place.ts';

const issue = 'add() gives the wrong sum';
const minute = 60_000;

/** In a world: where our mirror is. */
const findMirror = `mirror=$(dirname "$(cat .git/objects/info/alternates)")`;

describe('an agent that writes outside of its world, where there is no sandbox', () => {
  it(
    'cannot win when it was where only Miyabi writes, and is reported when it was in the user’s tree',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await place(smallProject, { ...withoutWalls, ...testsWithoutNpm });
      const end = await here.run(
        issue,
        {
          alpha: `${mend}; ${findMirror}; mkdir -p "$mirror/hooks"; echo 'touch ${here.folder}/OWNED' > "$mirror/hooks/post-checkout"; chmod +x "$mirror/hooks/post-checkout"`,
          beta: `${mend}; ${findMirror}; git config -f "$mirror/config" core.fsmonitor 'touch ${here.folder}/OWNED'; echo '[' >> "$mirror/config"; echo x > "$mirror/HEAD"`,
          gamma: `${mend}; echo mine > ${here.project}/intruder.txt; echo '// more' >> ${here.project}/src/add.js; echo // longer >> src/add.js`,
          delta: mend,
        },
        { env: { MIYABI_WORLDS_PARALLEL: '1' } },
      );
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const report = reportOf(end);
      expect(report.tasks[0]!.winner).toBe('delta');
      expect(['alpha', 'beta'].map((name) => worldOf(report, name).status)).toEqual(['failed', 'failed']);
      expect(report.warnings).toHaveLength(2);
      expect(report.warnings.join('\n')).toMatch(/While gamma worked, intruder\.txt changed in your repository/);
      expect(report.warnings.join('\n')).toMatch(/While gamma worked, src\/add\.js changed in your repository/);
      // What the user has now is neither hidden nor undone.
      expect(await here.read('intruder.txt')).toBe('mine\n');
      const { stdout } = await here.miyabi(['explain', 'last']);
      expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/alpha While it ran, the mirror's hooks changed, where nothing but Miyabi writes/);
      expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/beta While it ran, the mirror's config changed/);
      expect(stdout).toMatch(/intruder\.txt changed in your repository/);
      expect((await here.miyabi(['show', 'last'])).stdout).toMatch(/warning: .*intruder\.txt/);
      expect(await readdir(here.folder)).not.toContain('OWNED');

      // The next run does not obey what lies in the mirror either.
      await here.git('clean', '--quiet', '-fd');
      await here.git('checkout', '--quiet', '.');
      const next = await here.run(issue, { alpha: mend });
      expect(next, next.stderr).toMatchObject({ code: 0 });
      expect(await readdir(here.folder)).not.toContain('OWNED');
    },
  );

  it.each([
    ['writes over', (file: string) => `rm -f ${file}-wal ${file}-shm; echo garbage > ${file}`],
    ['cuts', (file: string) => `: > ${file}`],
    ['removes', (file: string) => `rm -f ${file} ${file}-wal ${file}-shm`],
  ])('ends its run in a sentence when it %s the database, and nothing of the user’s is lost', async (_, harm) => {
    await using here = await place(untestedProject, withoutWalls);
    const before = await here.git('rev-parse', 'HEAD');
    const end = await here.run(issue, { alpha: `${mend}; ${harm(join(here.state, 'miyabi.db'))}` }, { lines: true, args: ['--yes'] });
    expect([1, 3, 6], end.stderr).toContain(end.code);
    expect(noStack(end.stderr), end.stderr).toBe(true);
    expect(end.stdout + end.stderr).toMatch(/database (?:file )?\S*miyabi\.db/);
    expect(await here.git('status', '--porcelain')).toBe('');
    expect(await here.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
    expect(await here.git('rev-parse', 'HEAD')).toBe(before);
    const after = await here.miyabi(['status']);
    expect([0, 3]).toContain(after.code);
    expect(noStack(after.stderr), after.stderr).toBe(true);
  });
});

/** Whether a case that needs walls is left out, and why. */
async function withoutSandbox(here: Awaited<ReturnType<typeof place>>): Promise<[boolean, string]> {
  const { stdout } = await here.miyabi(['doctor', '--json']);
  const { findings } = JSON.parse(stdout) as { findings: { name: string; status: string; detail: string }[] };
  const found = findings.find(({ name }) => name === 'Isolation');
  return [found?.status !== 'ok', `not run here: ${found?.detail ?? 'doctor does not say'}`];
}

describe('an agent within walls', () => {
  it(
    'writes nothing outside of its world, reaches nobody, and is told of what it was denied',
    { tags: ['campaign'], timeout: 3 * minute },
    async (context) => {
      await using here = await place(smallProject, testsWithoutNpm);
      context.skip(...(await withoutSandbox(here)));
      const end = await here.run(
        issue,
        {
          alpha: `${mend}; ${findMirror}; mkdir -p "$mirror/hooks"; echo 'touch ${here.folder}/OWNED' > "$mirror/hooks/post-checkout"; echo x > "$mirror/HEAD"; echo mine > ${here.project}/intruder.txt; rm -rf ${here.project} ${here.state}/miyabi.db ${here.state}/mirrors "$HOME/../private"; true`,
          beta: `${mend}; git log --oneline > seen.txt && git status --short >> seen.txt; git commit --allow-empty -qm x && echo committed >> seen.txt; git config a.b c && echo configured >> seen.txt; true`,
          gamma: `${mend}; yes | head -c 70000000`,
          delta: `ls ${here.project} && ${mend}`,
        },
        { env: { MIYABI_WORLDS_PARALLEL: '1' } },
      );
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const report = reportOf(end);
      const status = Object.fromEntries(report.tasks[0]!.worlds.map((world) => [world.world, world.status]));
      expect(status).toEqual({ alpha: 'success', beta: 'success', gamma: 'failed', delta: 'failed' });
      expect(worldOf(report, 'gamma').reason).toMatch(/stopped, because it broke a rule/);
      expect(await here.git('status', '--porcelain')).toBe('');
      expect(await readdir(here.folder)).not.toContain('OWNED');
      // A git that reads works for an agent; one that writes does not.
      const [beta] = (
        await here.git('--git-dir', await here.mirror(), 'for-each-ref', '--format=%(objectname)', 'refs/miyabi/worlds/*/*/beta')
      ).split('\n');
      const seen = await here.git('--git-dir', await here.mirror(), 'show', `${beta}:seen.txt`);
      expect(seen).toMatch(/src\/add\.js/);
      expect(seen).not.toMatch(/committed|configured/);
    },
  );
});

describe('worlds of one task', () => {
  it(
    'see the history of the project and nothing that other worlds have made',
    { tags: ['campaign'], timeout: 4 * minute },
    async (context) => {
      await using here = await place(untestedProject);
      context.skip(...(await withoutSandbox(here)));
      const look = `${mend}; git log --format=%s > seen.txt; git status --short >> seen.txt; git cat-file --batch-all-objects --batch-check > objects.txt`;
      const worlds = { alpha: look, beta: `${look}; echo '// beta' >> src/add.js`, gamma: `${look}; echo '// gamma' >> src/add.js` };
      // The second run finds what the first one has left in the mirror.
      for (const text of [issue, `${issue}, again`]) {
        const end = await here.run(text, worlds, { args: ['--yes'], env: { MIYABI_WORLDS_PARALLEL: '1' } });
        expect(end, end.stderr).toMatchObject({ code: 0 });
        const mirror = await here.mirror();
        const refs = (await here.git('--git-dir', mirror, 'for-each-ref', '--format=%(refname)', 'refs/miyabi/worlds')).trim().split('\n');
        const known = (await here.git('rev-list', '--objects', 'main')).trim().split('\n').length;
        for (const ref of refs) {
          const objects = (await here.git('--git-dir', mirror, 'show', `${ref}:objects.txt`)).trim().split('\n');
          expect(objects, ref).toHaveLength(known);
          expect(await here.git('--git-dir', mirror, 'show', `${ref}:seen.txt`)).toMatch(/src\/add\.js/);
        }
      }
    },
  );
});
