import vm from 'node:vm';
import type { WorkerCase, WorkerRequest } from './messages.ts';
import { createProbes } from './probes.ts';

/** Name of the case that says whether the program came to its end. */
export const endOfProgram = 'the program ends';

/**
 * Runs a script in a context of its own. Every `console.assert` is a case, and so is coming to the end; an assertion
 * after a thrown error is never reached and has none.
 */
export function runProgram(request: Extract<WorkerRequest, { type: 'program' }>): { cases: WorkerCase[]; ticks: number } {
  const probes = createProbes();
  const cases: WorkerCase[] = [];
  let ticks = 0;
  const settle = (status: 'passed' | 'failed', name: string, message?: string) => {
    if (status === 'passed') ticks = Math.max(ticks, probes.used());
    cases.push({ file: '', name, status, hits: probes.hits(), ...(message === undefined ? {} : { message }) });
    probes.refill(request.fuel);
  };
  const assert = (holds: unknown) =>
    settle(holds ? 'passed' : 'failed', `assertion ${cases.length + 1}`, holds ? undefined : 'does not hold');
  const silent = () => undefined;
  const console = { assert, log: silent, info: silent, warn: silent, error: silent, debug: silent };
  probes.refill(request.fuel);
  try {
    vm.runInNewContext(
      request.text,
      { ...probes.globals, console },
      { timeout: request.timeoutMs, contextCodeGeneration: { strings: false, wasm: false } },
    );
    settle('passed', endOfProgram);
  } catch (error) {
    settle('failed', endOfProgram, firstLine(error));
  }
  return { cases, ticks };
}

/** The first line of what was thrown, whatever it is. */
export function firstLine(error: unknown): string {
  const text = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return text.split('\n', 1)[0]?.slice(0, 300) ?? '';
}
