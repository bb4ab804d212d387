import { spawn } from 'node:child_process';
import type { ProcessEnd, ProcessRequest, ProcessResult, ProcessRunner } from '../../ports/process.ts';

/** A small real process runner for tests of this folder: group, time limit, signal, stdin; no limits, no logs, no caps. */
export function testProcesses(): ProcessRunner {
  const living = new Set<number>();
  return {
    run: (request) => run(request, living),
    [Symbol.asyncDispose]: () => {
      for (const pid of living) endGroup(pid);
      return Promise.resolve();
    },
  };
}

function run(request: ProcessRequest, living: Set<number>): Promise<ProcessResult> {
  const started = performance.now();
  const [program, ...rest] = request.command;
  return new Promise((resolve) => {
    const child = spawn(program, rest, { cwd: request.cwd, env: request.env, detached: true, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    let end: ProcessEnd | undefined;
    const stop = (why: ProcessEnd) => {
      end ??= why;
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const timer = setTimeout(() => stop({ kind: 'timeout', afterMs: request.timeoutMs }), request.timeoutMs);
    const cancel = () => stop({ kind: 'cancelled' });
    if (request.signal?.aborted === true) cancel();
    request.signal?.addEventListener('abort', cancel);
    const finish = (why: ProcessEnd) => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
      if (child.pid !== undefined) {
        endGroup(child.pid);
        living.delete(child.pid);
      }
      for (const line of request.onLine === undefined ? [] : stdout.split('\n')) request.onLine?.(line, 'stdout');
      resolve({ end: end ?? why, stdout, stderr, droppedBytes: 0, durationMs: performance.now() - started, leftovers: 0 });
    };
    if (child.pid !== undefined) living.add(child.pid);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program may leave without reading what it is told.
    child.stdin.on('error', () => undefined);
    child.stdin.end(request.stdin ?? '');
    child.on('error', (error) => finish({ kind: 'not-started', reason: error.message }));
    child.on('close', (code, signal) =>
      finish(code === null ? { kind: 'signalled', signal: signal ?? 'unknown' } : { kind: 'exited', code }),
    );
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
