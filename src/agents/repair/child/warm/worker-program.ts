/**
 * A program of its own, started by worker-process.ts: runs candidates and answers over its channel. A candidate
 * can only harm this process, which writes nowhere but into its own folder and is replaced when it hangs or dies.
 */
import type { WorkerReply, WorkerRequest } from './messages.ts';
import { runProgram } from './run-program.ts';
import { createTestRunner } from './run-tests.ts';

const send = process.send?.bind(process);
const tests = createTestRunner();

process.on('message', (request: WorkerRequest) => void answer(request));
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function answer(request: WorkerRequest): Promise<void> {
  const before = process.cpuUsage();
  const outcome = request.type === 'program' ? { ...runProgram(request), loaded: [] as string[] } : await tests.run(request);
  const used = process.cpuUsage(before);
  const reply: WorkerReply = {
    id: request.id,
    ...outcome,
    cpuMs: (used.user + used.system) / 1000,
    memoryBytes: process.memoryUsage.rss(),
  };
  send?.(reply);
}
