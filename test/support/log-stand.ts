import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { folderLogs } from '../../src/adapters/logs/folder-logs.ts';
import type { JobId } from '../../src/domain/ids.ts';
import { shortId } from '../../src/domain/ids.ts';
import { redactor } from '../../src/domain/redact.ts';
import type { StateFolder } from '../../src/domain/state-folder.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import type { LogTools } from '../../src/operations/logs/list-logs.ts';
import type { JobView, Worker } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';
import { aborted } from '../../src/operations/aborted.ts';
import { implementType } from '../../src/workflow/task-types.ts';
import type { TestEngine } from './engine.ts';
import { openTestEngine } from './engine.ts';

/** Held by the tools of a stand, and to be found in nothing that they tell. */
export const heldSecret = 'hunter2hunter2';

const agentType = defineTaskType({ name: 'test.agent', schemaVersion: 1, payload: z.object({ world: z.string() }), result: z.object({}) });

/** Runs with agents that print what a test says, for as long as it says. */
export interface LogStand extends AsyncDisposable {
  readonly made: TestEngine;
  readonly tools: LogTools;
  readonly state: StateFolder;
  /** Begins a run whose agents work in these worlds of `task-1`; resolves once they do. */
  begin(worlds: readonly string[]): Promise<JobView>;
  /** Prints into a log; by a world's name into that of its agent. */
  print(run: JobId, world: string, text: string): Promise<void>;
  /** The file of a log. */
  file(run: JobId, world: string): string;
  /** Lets the agents end, which keeps what they printed. */
  end(): Promise<void>;
  /** Of the task of an agent, as files are named by it. */
  shortIdOf(run: JobId, world: string): Promise<string>;
}

export async function logStand(): Promise<LogStand> {
  let over = Promise.withResolvers<void>();
  let working = 0;
  let allWork = Promise.withResolvers<void>();
  const agent = handle(agentType, async ({ jobId, signal, payload: { world } }) => {
    working -= 1;
    if (working === 0) allWork.resolve();
    await Promise.race([over.promise, aborted(signal)]);
    const pieces = await Array.fromAsync(tools.logs.read(jobId, `task-1-${world}.log`));
    if (pieces.length === 0) return { kind: 'success', result: {} };
    const { reference } = await artifacts.put(Buffer.concat(pieces));
    return { kind: 'success', result: {}, artifacts: [{ kind: 'log', name: `task-1-${world}.log`, reference }] };
  });
  const implement = handle(implementType, async ({ payload }) => ({
    kind: 'success',
    decomposition: {
      join: 'none',
      children: (payload.planTask.files ?? []).map((world) => ({ type: agentType.name, key: `${world}.run`, payload: { world } })),
    },
  }));
  const made = await openTestEngine([agent, implement], { synchronous: 'NORMAL' });
  const state = stateFolder(join(made.folder, 'state'));
  const artifacts = folderArtifacts({ folder: state.artifacts, clock: systemClock });
  const tools: LogTools = { engine: made.engine, logs: folderLogs(state), artifacts, redact: redactor([heldSecret]) };
  const workers: Worker[] = [];
  const file = (run: JobId, world: string): string =>
    /\.\w+$/.test(world) ? join(state.logs(run), world) : state.log(run, 'task-1', world);
  return {
    made,
    tools,
    state,
    file,
    async begin(worlds) {
      [over, allWork, working] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), worlds.length];
      const planTask = { id: 'task-1', title: 'x', instructions: 'x', after: [], estimatedMinutes: 1, agentType: 'codegen', files: worlds };
      const payload = { planTask, step: { kind: 'start' }, round: 1 };
      const { jobId } = await made.engine.submit({ title: 'x', tasks: [{ type: implementType.name, key: 'task-1', payload }] });
      workers.push(await made.engine.work({ jobs: [jobId], concurrency: 10 }));
      await allWork.promise;
      return (await made.engine.status(jobId))!;
    },
    async print(run, world, text) {
      await mkdir(dirname(file(run, world)), { recursive: true });
      await appendFile(file(run, world), text);
    },
    async end() {
      over.resolve();
      for (const job of await made.engine.jobs()) for (const worker of workers) await worker.settled(job.id).catch(() => undefined);
    },
    async shortIdOf(run, world) {
      return shortId((await made.engine.tasks(run)).find(({ key }) => key === `${world}.run`)!.id);
    },
    async [Symbol.asyncDispose]() {
      over.resolve();
      for (const worker of workers) await worker.stop();
      await made[Symbol.asyncDispose]();
      await rm(state.root, { recursive: true, force: true });
    },
  };
}

/** Puts another log in the place of one, as a program does that is started anew. */
export async function beginAnew(path: string, text: string): Promise<void> {
  await rm(path);
  await writeFile(path, text);
}
