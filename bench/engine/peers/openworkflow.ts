import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { measurement, peakMiB } from '../../support/child.ts';
import type { Drained } from '../drained.ts';
import { importPeer } from './folder.ts';

interface Backend {
  /** Private by its types; the only way to see how durable its commits are. */
  readonly db?: { exec(sql: string): void; prepare(sql: string): { get(): { readonly synchronous: number } } };
  countWorkflowRuns(): Promise<{ readonly completed: number }>;
  stop(): Promise<void>;
}
interface OpenWorkflow {
  defineWorkflow(spec: { readonly name: string }, run: () => Promise<null>): { run(): Promise<unknown> };
  newWorker(options: { readonly concurrency: number }): { start(): Promise<void>; stop(): Promise<void> };
}
interface SqliteModule {
  readonly BackendSqlite: { connect(file: string): Backend };
}
interface MainModule {
  readonly OpenWorkflow: new (options: { readonly backend: Backend }) => OpenWorkflow;
}

export interface OpenworkflowRequest {
  readonly peers: string;
  readonly concurrency: number;
  readonly tasks: number;
  /** After so long the submits, and then the work, are stopped, in ms. */
  readonly capMs: number;
}

/** Workflows without a step, the cheapest there are: a row for the run and none for an attempt. */
export const drainOpenworkflow = measurement(import.meta, async (request: OpenworkflowRequest, folder): Promise<Drained> => {
  const { BackendSqlite } = await importPeer<SqliteModule>(request.peers, 'openworkflow/sqlite');
  const { OpenWorkflow } = await importPeer<MainModule>(request.peers, 'openworkflow');
  const backend = BackendSqlite.connect(join(folder, 'openworkflow.db'));
  backend.db?.exec('PRAGMA synchronous = FULL');
  const level = backend.db?.prepare('PRAGMA synchronous').get().synchronous;
  if (level !== 2) throw new Error(`openworkflow runs with synchronous = ${level}, and its connection cannot be reached`);
  const workflows = new OpenWorkflow({ backend });
  await drain(workflows, backend, { ...request, tasks: Math.ceil(request.tasks / 4), capMs: request.capMs / 4 });
  const drained = await drain(workflows, backend, request);
  await backend.stop();
  return drained;
});

let round = 0;

async function drain(workflows: OpenWorkflow, backend: Backend, { tasks, concurrency, capMs }: OpenworkflowRequest): Promise<Drained> {
  round += 1;
  let called = 0;
  const workflow = workflows.defineWorkflow({ name: `noop-${round}` }, async () => {
    called += 1;
    return null;
  });
  const { completed: before } = await backend.countWorkflowRuns();
  const begun = performance.now();
  let submitted = 0;
  for (; submitted < tasks && performance.now() - begun < capMs; submitted += 1) await workflow.run();
  const submittedAt = performance.now();
  const worker = workflows.newWorker({ concurrency });
  await worker.start();
  let drained = 0;
  while (drained < submitted && performance.now() - submittedAt < capMs) {
    await setTimeout(1);
    if (called >= submitted) drained = (await backend.countWorkflowRuns()).completed - before;
  }
  const drainMs = performance.now() - submittedAt;
  if (drained === 0) drained = (await backend.countWorkflowRuns()).completed - before;
  await worker.stop();
  return { submitted, submitMs: submittedAt - begun, drained, drainMs, peakMiB: peakMiB() };
}
