import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atMost, figure } from '../support/figures.ts';
import type { Part } from '../support/parts.ts';
import { percentile } from '../support/statistics.ts';

const launcher = fileURLToPath(new URL('../../bin/miyabi.js', import.meta.url));

/** How long it takes from the start of a service after a `kill -9` until the world that was killed is being worked on again. */
export const recovery: Part = {
  name: 'recovery',
  measure: async (bench) => {
    const times: number[] = [];
    for (let round = 0; round < (bench.quick ? 2 : 30); round += 1) times.push(await killAndRecover(bench.folder()));
    const detail = `from the start of \`miyabi serve\` to the next execution of the killed world, by the records; ${times.length} times, each with a run of its own`;
    return {
      figures: [
        figure('working again p99', percentile(times, 0.99), 'ms', { goal: atMost(5_000), detail }),
        figure('working again median', percentile(times, 0.5), 'ms', { detail }),
      ],
    };
  },
};

async function killAndRecover(folder: string): Promise<number> {
  const state = join(folder, 'state');
  const project = makeProject(join(folder, 'project'));
  const agent = ['--agent', 'command:sleep 600', '--worlds', '1', '--yes', '--json'];
  const carrying = start(['--state', state, 'run', 'It is slow', ...agent], project);
  await executions(state, 1);
  await kill(carrying);
  const since = performance.now();
  const service = start(['--state', state, 'serve', '--listen', 'none'], project);
  await executions(state, 2);
  const took = performance.now() - since;
  await kill(service);
  // What it had begun is ended by the next that starts.
  execFileSync(process.execPath, [launcher, '--state', state, 'gc'], { cwd: project, stdio: 'ignore' });
  return took;
}

function makeProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'README.md'), 'small\n');
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-C', folder, '-c', 'user.name=B', '-c', 'user.email=b@localhost', ...args], { stdio: 'ignore' });
  git('init', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--message', 'first');
  return folder;
}

function start(args: readonly string[], cwd: string): ChildProcess {
  return spawn(process.execPath, [launcher, ...args], { cwd, stdio: 'ignore' });
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Resolves when a world has been begun so often. */
async function executions(state: string, wanted: number): Promise<void> {
  for (;;) {
    if (executionsNow(join(state, 'miyabi.db')) >= wanted) return;
    await delay(5);
  }
}

/** None where there is no database yet, or one that is being made. */
function executionsNow(path: string): number {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const counted =
      "SELECT count(*) AS count FROM weaver_attempt a JOIN weaver_task t ON t.id = a.task_id WHERE t.type = 'miyabi.world.run'";
    return Number(database.prepare(counted).get()?.['count']);
  } catch (error) {
    if (error instanceof Error && 'errcode' in error) return 0;
    throw error;
  }
}
