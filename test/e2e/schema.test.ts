/** @module-tag campaign */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { RunReport } from '../../src/operations/report.ts';
import { makeProject, mendingCommand, miyabi, smallProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Row = Record<string, unknown>;

it('the views tell a whole run to people with SQL in hand', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const state = join(folder.path, 'state');
  const run = ['run', 'add subtracts', '--worlds', '2', '--agent', mendingCommand, '--yes', '--json'];
  const end = await miyabi(run, { cwd: project, state });
  expect(end, end.stderr + end.stdout).toMatchObject({ code: 0 });
  const report = end.lines.at(-1) as unknown as RunReport;
  using database = new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true });
  const view = (name: string): Row[] =>
    database
      .prepare(`SELECT * FROM ${name}`)
      .all()
      .map((row) => ({ ...row }));

  expect(view('execution_runs')).toMatchObject([
    {
      run: report.run,
      repository: project,
      issue: expect.stringMatching(/\w/),
      title: 'add subtracts',
      state: 'completed',
      cost_micro_usd: 0,
    },
  ]);
  const [{ run_id }] = view('execution_runs') as [Row];
  const task = report.tasks[0]!;
  expect(view('task_executions')).toMatchObject([{ run_id, state: 'succeeded', worlds: 2, rounds: 1, failures: 0, cost_micro_usd: 0 }]);
  const [{ plan_task }] = view('task_executions') as [Row];

  const worlds = view('world_executions');
  expect(worlds).toHaveLength(2);
  for (const world of worlds) {
    const told = task.worlds.find((each) => each.world === world['world']);
    expect(world).toMatchObject({ run_id, plan_task, round: 1, agent: 'command', status: told!.status, score: told!.score!.total });
    expect(world['chosen']).toBe(task.winner === world['world'] ? 1 : 0);
    expect(world['ended_at']).toBeGreaterThanOrEqual(world['started_at'] as number);
    expect(world).toMatchObject({
      run_ms: expect.any(Number),
      check_ms: expect.any(Number),
      commit_id: expect.stringMatching(/^[0-9a-f]{40}/),
      method: expect.stringMatching(/^(overlay|reflink|pool|checkout)$/),
      isolation: expect.stringMatching(/^(container|bubblewrap|seatbelt|limits)$/),
      incidents: expect.any(Number),
    });
  }
  expect(view('evaluation_scores').map((row) => [row['world'], row['total'], row['tests'], row['tests_passed']])).toEqual(
    worlds.map(({ world, score }) => {
      const told = task.worlds.find((each) => each.world === world);
      return [world, score, told!.score!.tests, told!.score!.testsPassed];
    }),
  );
  const kinds = database.prepare('SELECT kind, count(*) AS count FROM checkpoints GROUP BY kind').all();
  expect(Object.fromEntries(kinds.map(({ kind, count }) => [kind, count]))).toEqual({
    worktree_created: 2,
    worlds_spawned: 1,
    world_completed: 2,
    evaluation_done: 1,
    merge_ready: 1,
  });
  for (const { state: described, kind } of view('checkpoints')) {
    if (['world_completed', 'evaluation_done', 'merge_ready'].includes(String(kind))) JSON.parse(String(described));
  }
  expect(view('worktrees')).toEqual([]);
  expect(view('miyabi_slot')).toEqual([]);
  expect(view('miyabi_breaker')).toEqual([]);

  const events = view('run_events');
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter((event) => event['task'] === 'alpha.run' && event['type'] !== 'task.state')).toMatchObject([
    { run_id, type: 'task.created', task_type: 'miyabi.world.run' },
    { run_id, type: 'task.started', task_type: 'miyabi.world.run' },
  ]);
  const choice = view('checkpoints').find(({ kind }) => kind === 'evaluation_done');
  expect(JSON.parse(String(choice!['state']))).toEqual({ chosen: task.winner, worlds: 2, passed: 2 });
  const timeline = await miyabi(['show', report.run], { cwd: project, state });
  expect(timeline.stdout).toMatch(/task-1\/alpha\.run succeeded/);
});

it('every table and view is documented, column by column', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'miyabi.db');
  const opened = await openDatabase(path, { clock: systemClock, ids: systemIds });
  await opened.close();
  using database = new DatabaseSync(path, { readOnly: true });
  const named = database.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'").all();
  const exists = named.map(({ name }) => {
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(name as string);
    return [String(name), columns.map((column) => String(column['name'])).toSorted()] as const;
  });
  const documented = sections(await readFile(fileURLToPath(new URL('../../docs/schema.md', import.meta.url)), 'utf8'));
  expect(documented).toEqual(new Map(exists));
});

/** The names in the first cells of the table under each heading that is a name. */
function sections(text: string): Map<string, string[]> {
  return new Map(
    text
      .split(/^### /m)
      .slice(1)
      .map((section) => {
        const name = /^`(\w+)`/.exec(section)?.[1] ?? section;
        const columns = section.matchAll(/^\| `([^|]+)` +\|/gm);
        return [name, [...columns].flatMap(([, cell = '']) => cell.split(/`, `/)).toSorted()] as const;
      }),
  );
}
