import { cp, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, miyabi } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const minutes = 60_000;

/** What must hold after any run: the user's tree is as it was, and nothing of the worlds is left. */
export async function nothingLeft(project: string, state: string): Promise<void> {
  expect(await git(project, 'status', '--porcelain')).toBe('');
  expect(await git(project, 'worktree', 'list', '--porcelain')).not.toContain(state);
  expect(await readdir(join(state, 'worlds')).catch(() => [])).toEqual([]);
  for (const mirror of await readdir(join(state, 'mirrors'))) {
    expect((await git(join(state, 'mirrors', mirror), 'worktree', 'list')).trim().split('\n')).toHaveLength(1);
  }
}

/**
 * The main job on an example project, by the repair agent.
 *
 * @param tasks that its issue is divided into.
 * @param worlds of each of them.
 */
export function mainJob(example: string, tasks: number, worlds: number): void {
  describe(`the main job on the example ${example}`, () => {
    it(
      'ends with a verified repair on a branch of its own',
      async () => {
        await using folder = await temporaryFolder();
        const project = join(folder.path, example);
        const state = join(folder.path, 'state');
        await cp(join(examples, example), project, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
        await makeProject(project, {});
        const before = await git(project, 'rev-parse', 'HEAD');

        const end = await miyabi(['run', 'ISSUE.md', '--worlds', String(worlds), '--json', '--yes'], { cwd: project, state });

        expect(end, end.stderr + end.stdout).toMatchObject({ code: 0 });
        const report = end.lines.at(-1) as unknown as RunReport;
        expect(report).toMatchObject({ type: 'run.finished', schemaVersion: 1, status: 'succeeded', costUsd: 0 });
        expect(report.tasks).toHaveLength(tasks);
        for (const task of report.tasks) {
          expect(task.worlds).toHaveLength(worlds);
          const winner = task.worlds.find(({ world }) => world === task.winner);
          expect(winner).toMatchObject({ status: 'success' });
          expect(winner?.score?.testsPassed).toBe(winner?.score?.testsTotal);
          expect(winner?.score?.testsTotal).toBeGreaterThan(0);
        }
        expect(await git(project, 'rev-parse', 'HEAD')).toBe(before);
        expect(await git(project, 'rev-parse', report.branch!)).toBe(report.commit);
        await nothingLeft(project, state);

        await git(project, 'checkout', '--quiet', report.branch!);
        // The versions that it asks for are this checkout's.
        if (example === 'booking') await symlink(join(examples, '../node_modules'), join(project, 'node_modules'));
        // Not through npm: its NODE_OPTIONS and ours have nothing to say here.
        const tests = await execa('npm', ['test'], {
          cwd: project,
          reject: false,
          env: { NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined },
        });
        expect(tests.exitCode, tests.stdout).toBe(0);

        const explained = await miyabi(['explain', report.run], { cwd: project, state });
        expect(explained).toMatchObject({ code: 0, stdout: expect.stringContaining(report.tasks[0]!.winner!) });
        expect(await miyabi(['show', 'last'], { cwd: project, state })).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/publish succeeded/),
        });
      },
      4 * minutes,
    );
  });
}
