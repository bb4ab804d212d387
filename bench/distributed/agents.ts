import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, makeProject, miyabi, smallProject, startMiyabi, withoutWalls } from '../../test/support/miyabi.ts';
import { atMost, figure } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import type { Bench, Part } from './part.ts';

const issues = 3;
/** A run that takes longer than this has failed, in ms. */
const limitMs = 240_000;

/** Whole runs by the command line: agents wait as they do for a model, and checks are run. */
export const agents: Part = {
  name: 'agents',
  measure: async (bench) => {
    const worlds = bench.quick ? 2 : 5;
    const seconds = bench.quick ? 1 : 10;
    const take = (count: number) => () => wallOf(bench, { count, worlds, seconds });
    const { one, three } = await inTurns({ one: take(1), three: take(issues) }, { rounds: bench.quick ? 1 : 2, budgetMs: 120_000 });
    const name = `${issues} issues of ${worlds} agents that wait ${seconds} s, ${issues} workers, against one issue on one`;
    return {
      figures: [
        figure(name, medianRatio(three, one), 'ratio', {
          goal: atMost(1.15),
          detail: `${median(three).toFixed(0)} against ${median(one).toFixed(0)} ms; ${spread(three, 'ms')}; all of them share this machine's processors`,
        }),
      ],
    };
  },
};

interface Runs {
  readonly count: number;
  readonly worlds: number;
  readonly seconds: number;
}

/** From the start of so many runs at once, each of an issue of its own, to the end of the last, with as many workers. */
function wallOf(bench: Bench, { count, worlds, seconds }: Runs): Promise<number> {
  return bench.server.withDatabase(async (url) => {
    const place = bench.folder();
    const project = await makeProject(join(place, 'project'), smallProject);
    await git(place, 'clone', '--quiet', '--bare', project, join(place, 'remote.git'));
    await git(project, 'remote', 'add', 'origin', join(place, 'remote.git'));
    const environment = { ...withoutWalls, MIYABI_DATABASE_URL: url, MIYABI_WORLDS_COUNT: String(worlds) };
    const machine = (name: string) => {
      const state = join(place, name);
      mkdirSync(state);
      return { cwd: project, state, env: environment };
    };
    const workers = Array.from({ length: count }, (_, index) =>
      startMiyabi(['worker', '--worlds', String(worlds)], machine(`worker-${index}`)),
    );
    try {
      await Promise.race([
        Promise.all(workers.map((worker) => new Promise((resolve) => worker.stderr.once('data', resolve)))),
        Promise.race(workers).then(({ stderr }) => Promise.reject(new Error(`A worker has ended: ${stderr}`))),
      ]);
      const begun = performance.now();
      await Promise.all(Array.from({ length: count }, (_, index) => runIssue(machine(`user-${index}`), index, seconds)));
      const wallMs = performance.now() - begun;
      await Promise.all(workers.map((worker) => (worker.kill('SIGTERM'), worker)));
      return wallMs;
    } finally {
      for (const worker of workers) worker.kill('SIGKILL');
      await Promise.all(workers);
    }
  });
}

async function runIssue(machine: Parameters<typeof miyabi>[1], index: number, seconds: number): Promise<void> {
  const issue = join(machine.state, 'ISSUE.md');
  writeFileSync(issue, `# Adding is wrong, seen ${index} times\n\nMend add in src/add.js\n`);
  const agent = `command:sleep ${seconds}; sed -i 's/a - b/a + b/' src/add.js`;
  const run = startMiyabi(['run', issue, '--agent', agent, '--yes', '--json'], machine);
  const timer = setTimeout(() => run.kill('SIGKILL'), limitMs);
  const { exitCode, stdout, stderr } = await run;
  clearTimeout(timer);
  if (exitCode !== 0) throw new Error(`A run has ended with ${exitCode}: ${stderr.slice(-2_000)} ${stdout.slice(-1_000)}`);
}
