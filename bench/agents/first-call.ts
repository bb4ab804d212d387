import { figure } from '../support/figures.ts';
import type { Figure } from '../support/figures.ts';
import { inTurns, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import type { Bench, Part } from '../support/parts.ts';
import { startProvider } from './provider.ts';
import { agentModel, cpuOfMs, makePlace, modelEnvironment, peakOfMiB, startRun } from './run.ts';
import type { StartedRun } from './run.ts';

/** A run of one world until its agent is at work. */
interface Begun {
  /** Until its task began. */
  readonly taskMs: number;
  /** Until its agent asked for the first time, or was done. */
  readonly ms: number;
  /** Of the process until then. */
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const issue = 'add() subtracts\n\nIt should add: add(2, 3) is 5.';
/** So that there is time to look. */
const answerMs = 2_000;
const most = 60_000;
const worldTask = 'miyabi.world.run';

/** How soon the agent of a run is at work, and what the process has taken up by then; beside it the agent that asks nobody. */
export const firstCall: Part = {
  name: 'first-call',
  measure: async (bench) => {
    const rounds = Math.min(bench.rounds, 5);
    const { model, repair } = await inTurns(
      { model: () => untilModel(bench), repair: () => untilRepair(bench) },
      { rounds, budgetMs: 45_000 },
    );
    const apart = model.map(({ ms, taskMs }) => ms - taskMs);
    return {
      figures: [
        middle(
          'first call: after the start of `miyabi run`',
          'ms',
          model.map(({ ms }) => ms),
          'until the provider has the request; one world',
        ),
        middle('first call: after the start of its world', 'ms', apart, 'folder, walls, background, AI SDK and price list included'),
        middle(
          'first world begins, model',
          'ms',
          model.map(({ taskMs }) => taskMs),
        ),
        middle(
          'first world begins, repair',
          'ms',
          repair.map(({ taskMs }) => taskMs),
          'the same project and issue, in turns',
        ),
        middle(
          'CPU of our process by the first call, model',
          'ms',
          model.map(({ cpuMs }) => cpuMs),
        ),
        middle(
          'peak memory by the first call, model',
          'MiB',
          model.map(({ peakMiB }) => peakMiB),
        ),
        middle(
          'peak memory by the end of its world, repair',
          'MiB',
          repair.map(({ peakMiB }) => peakMiB),
        ),
      ],
    };
  },
};

function middle(name: string, unit: string, values: readonly number[], detail = ''): Figure {
  return figure(name, median(values), unit, { detail: [spread(values), detail].filter((part) => part !== '').join('; ') });
}

async function untilModel(bench: Bench): Promise<Begun> {
  const place = makePlace(bench.folder());
  await using provider = await startProvider('mending', answerMs);
  const args = ['run', issue, '--agent', `model:${agentModel}`, '--worlds', '1', '--json', '--yes'];
  return await looked(startRun(args, place, modelEnvironment(provider.urls)), provider.came(1));
}

async function untilRepair(bench: Bench): Promise<Begun> {
  const run = startRun(['run', issue, '--agent', 'repair', '--worlds', '1', '--json', '--yes'], makePlace(bench.folder()), {});
  return await looked(run, event(run, 'task.state'));
}

/** When an event of the world's task comes, in epoch ms. */
async function event(run: StartedRun, wanted: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  run.onLine((line) => {
    const { type, taskType } = JSON.parse(line) as { readonly type?: string; readonly taskType?: string };
    if (type === wanted && taskType === worldTask) resolve(Date.now());
  });
  return await promise;
}

/** Ends the run at once. @param begun epoch ms. @throws when it ends by itself before. */
async function looked(run: StartedRun, begun: Promise<number>): Promise<Begun> {
  const { child, startedAt, ended } = run;
  const started = event(run, 'task.started');
  const timer = setTimeout(() => child.kill('SIGKILL'), most);
  const early = ended.then(({ code, stderr }) => {
    throw new Error(`The run ended with ${code} before its agent was at work:\n${stderr}`);
  });
  early.catch(() => undefined);
  try {
    const [taskAt, at] = await Promise.race([Promise.all([started, begun]), early]);
    return { taskMs: taskAt - startedAt, ms: at - startedAt, cpuMs: cpuOfMs(child.pid ?? 0), peakMiB: peakOfMiB(child.pid ?? 0) };
  } finally {
    clearTimeout(timer);
    child.kill('SIGINT');
    await ended;
  }
}
