import vm from 'node:vm';
import { firstLine } from './first-line.ts';
import type { WorkerCase, WorkerRequest, WorkerRun } from './messages.ts';
import { createRealm, type Realm } from './realm.ts';

type ProgramsRequest = Extract<WorkerRequest, { type: 'programs' }>;

/** Name of the case that says whether the program came to its end. */
export const endOfProgram = 'the program ends';

/** A program that was ended before it had half of its time on a processor is begun again so often: a busy machine changes no verdict. */
const mostStarved = 3;

/**
 * Runs scripts one after the other, each with globals of its own, up to the first of which everything holds. Every
 * `console.assert` is a case, and so is coming to the end; an assertion after a thrown error is never reached and has none.
 *
 * One watchdog, which is a thread, stands over many programs. Where it strikes, the program at which it did is run again
 * with the whole limit for itself, and only then taken for one that does not end.
 */
export function runPrograms(request: ProgramsRequest): WorkerRun[] {
  const { programs, assertions, fuel, timeoutMs } = request;
  const runs: WorkerRun[] = [];
  let starved = 0;
  const latest = performance.now() + request.beginWithinMs;
  const isOver = () => runs.length === programs.length || (runs.length > 0 && performance.now() > latest) || runs.slice(-1).some(holds);
  while (!isOver()) {
    const first = runs.length;
    const before = process.cpuUsage();
    const ended = underWatchdog(timeoutMs, () => {
      while (!isOver()) runs.push(runProgram(`${programs[runs.length]}\n${assertions}`, fuel));
    });
    if (ended || runs.length > first) continue;
    const { user, system } = process.cpuUsage(before);
    starved = (user + system) / 1000 < timeoutMs / 2 ? starved + 1 : 0;
    if (starved === 0 || starved > mostStarved) runs.push(unended(timeoutMs));
  }
  return runs;
}

function holds({ cases }: WorkerRun): boolean {
  return cases.every(({ status }) => status === 'passed');
}

const watched = new vm.Script('globalThis.__miyabiWatched__()');

/** @returns false when the action was ended after `timeoutMs`. */
function underWatchdog(timeoutMs: number, action: () => void): boolean {
  Object.assign(globalThis, { __miyabiWatched__: action });
  try {
    watched.runInThisContext({ timeout: timeoutMs });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}

function runProgram(text: string, fuel: number): WorkerRun {
  const realm = createRealm(fuel);
  try {
    new vm.Script(text).runInContext(realm.context);
    return observed(realm, fuel, undefined);
  } catch (error) {
    return observed(realm, fuel, { message: firstLine(error) });
  }
}

function observed(realm: Realm, fuel: number, thrown: { readonly message: string } | undefined): WorkerRun {
  const cases = realm.assertions.map(({ holds: held, hits }, index) => ({
    ...caseOf(`assertion ${index + 1}`, hits),
    ...(held ? {} : { status: 'failed' as const, message: 'does not hold' }),
  }));
  const end = { ...caseOf(endOfProgram, realm.hits()), ...(thrown === undefined ? {} : { status: 'failed' as const, ...thrown }) };
  const used = [...realm.assertions.map((each) => each.used), realm.used()].filter((ticks) => ticks <= fuel);
  return { cases: [...cases, end], loaded: [], ticks: Math.max(0, ...used), ranDry: realm.ranDry() };
}

function caseOf(name: string, hits: readonly number[]): WorkerCase {
  return { file: '', name, status: 'passed', hits };
}

function unended(timeoutMs: number): WorkerRun {
  const message = `did not end within ${timeoutMs} ms`;
  return { cases: [{ ...caseOf(endOfProgram, []), status: 'failed', message }], loaded: [], ticks: 0, ranDry: false };
}
