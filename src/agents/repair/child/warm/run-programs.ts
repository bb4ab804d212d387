import vm from 'node:vm';
import { firstLine } from './first-line.ts';
import type { WorkerCase, WorkerRequest, WorkerRun } from './messages.ts';
import { createRealm, type Notes } from './realm.ts';
import { createSharedRealm, mayShare, type SharedRealm } from './shared-realm.ts';

type ProgramsRequest = Extract<WorkerRequest, { type: 'programs' }>;

/** Name of the case that says whether the program came to its end. */
export const endOfProgram = 'the program ends';

/** A program that was ended before it had half of its time on a processor is begun again so often: a busy machine changes no verdict. */
const mostStarved = 3;

/** Share of a program's limit within which programs begin under one watchdog. */
const watchedTogether = 0.2;

/** Runs requests of programs, and keeps the globals that they share. */
export interface ProgramRunner {
  run(request: ProgramsRequest): WorkerRun[];
}

/**
 * Runs scripts one after the other up to the first of which everything holds. Every `console.assert` is a case, and so is coming to
 * the end; an assertion after a thrown error is never reached and has none. Each script has globals of its own, or, where the request
 * says so, they share them: each of which it is known beforehand that it makes no difference, as long as none has changed them.
 *
 * One watchdog, which is a thread, stands over the programs that begin within a share of the limit, and strikes that much after it:
 * each has the whole limit.
 */
export function createProgramRunner(): ProgramRunner {
  /** Absent while a program runs in it: where that one is ended from outside, nobody knows what it left. */
  let shared: SharedRealm | undefined;
  const runProgram = (text: string, { fuel, sharing }: ProgramsRequest): WorkerRun => {
    if (!sharing || !mayShare(text)) return runAlone(text, fuel);
    const realm = shared ?? createSharedRealm();
    shared = undefined;
    const run = observed(realm.begin(fuel), fuel, () => realm.run(text));
    if (!realm.restore()) return run;
    shared = realm;
    return { ...run, shared: true };
  };
  return {
    run(request) {
      const { programs, assertions, timeoutMs } = request;
      const runs: WorkerRun[] = [];
      let starved = 0;
      const latest = performance.now() + request.beginWithinMs;
      const isOver = () => runs.length === programs.length || (runs.length > 0 && performance.now() > latest) || runs.slice(-1).some(holds);
      while (!isOver()) {
        const first = runs.length;
        const start = performance.now();
        const before = process.cpuUsage();
        let began = start;
        const ended = underWatchdog(Math.ceil(timeoutMs * (1 + watchedTogether)), () => {
          do {
            began = performance.now();
            runs.push(runProgram(`${programs[runs.length]}\n${assertions}`, request));
          } while (!isOver() && performance.now() - start < timeoutMs * watchedTogether);
        });
        if (ended) continue;
        const { user, system } = process.cpuUsage(before);
        if (runs.length > first) starved = 0;
        const cpuMs = (user + system) / 1000 - (began - start);
        starved = cpuMs < timeoutMs / 2 ? starved + 1 : 0;
        if (starved === 0 || starved > mostStarved) runs.push(unended(timeoutMs));
      }
      return runs;
    },
  };
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

function runAlone(text: string, fuel: number): WorkerRun {
  const realm = createRealm();
  return observed(realm.begin(fuel), fuel, () => void new vm.Script(text).runInContext(realm.context));
}

function observed(notes: Notes, fuel: number, run: () => void): WorkerRun {
  const thrown = thrownBy(run);
  const cases = notes.assertions.map(({ holds: held, hits }, index) => ({
    ...caseOf(`assertion ${index + 1}`, hits),
    ...(held ? {} : { status: 'failed' as const, message: 'does not hold' }),
  }));
  const end = { ...caseOf(endOfProgram, notes.hits()), ...(thrown === undefined ? {} : { status: 'failed' as const, ...thrown }) };
  const used = [...notes.assertions.map((each) => each.used), notes.used()].filter((ticks) => ticks <= fuel);
  return { cases: [...cases, end], loaded: [], ticks: Math.max(0, ...used), ranDry: notes.ranDry() };
}

function thrownBy(run: () => void): { readonly message: string } | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return { message: firstLine(error) };
  }
}

function caseOf(name: string, hits: readonly number[]): WorkerCase {
  return { file: '', name, status: 'passed', hits };
}

function unended(timeoutMs: number): WorkerRun {
  const message = `did not end within ${timeoutMs} ms`;
  return { cases: [{ ...caseOf(endOfProgram, []), status: 'failed', message }], loaded: [], ticks: 0, ranDry: false };
}
