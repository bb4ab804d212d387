/**
 * A program of its own, started by worker-process.ts: runs candidates and answers over its channel. A candidate
 * can only harm this process, which writes nowhere but into its own folder and is replaced when it hangs or dies.
 */
import type { WorkerReply, WorkerRequest, WorkerRun } from './messages.ts';
import { watchBuiltins } from './builtins.ts';
import { createProgramRunner } from './run-programs.ts';
import { createTestRunner } from './run-tests.ts';

const send = process.send?.bind(process);
const tests = createTestRunner();
const programs = createProgramRunner();
const builtinsChanged = watchBuiltins();

process.on('message', (request: WorkerRequest) => void answer(request));
// A promise that a candidate leaves rejected is no reason for the process to end under the next one.
process.on('unhandledRejection', () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function answer(request: WorkerRequest): Promise<void> {
  const before = process.cpuUsage();
  const runs: readonly WorkerRun[] = request.type === 'programs' ? programs.run(request) : [await tests.run(request)];
  const used = process.cpuUsage(before);
  const reply: Omit<WorkerReply, 'runs'> & { readonly runs: readonly WorkerRun[] } = {
    id: request.id,
    runs,
    cpuMs: (used.user + used.system) / 1000,
    spoiled: builtinsChanged(),
    memoryBytes: process.memoryUsage.rss(),
  };
  send?.(reply);
}
