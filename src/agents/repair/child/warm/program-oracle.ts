import type { Observation, Oracle, Texts } from '../search/oracle.ts';
import type { WorkerRun } from './messages.ts';
import type { Worker } from './worker-process.ts';

/** Where the program itself stands among the sources. */
export const programPath = 'program.js';

/** Time for one batch, in ms: how late the end of a search's time may be noticed. */
const beginWithinMs = 500;

/**
 * The oracle of a program with assertions: its text, then the assertions', run as one script. There is one stage,
 * for assertions cannot be picked. Globals of its own make every run a fresh one.
 */
export function createProgramOracle(worker: Worker, assertions: string, timeoutMs: number): Oracle {
  /** A program that ends the process is found by halving: it takes none of the others along. */
  const runAll = async (programs: readonly string[], fuel: number): Promise<Observation[]> => {
    const answer = await worker.ask(
      { type: 'programs', programs, assertions, fuel, timeoutMs, beginWithinMs },
      beginWithinMs + timeoutMs * 2 + 10_000,
    );
    if (answer.kind === 'replied') return answer.reply.runs.map(observed);
    if (programs.length === 1) return [answer];
    const middle = Math.ceil(programs.length / 2);
    const first = await runAll(programs.slice(0, middle), fuel);
    const isOver = first.length < middle || first.some(holds);
    return isOver ? first : [...first, ...(await runAll(programs.slice(middle), fuel))];
  };
  const textOf = (sources: Texts) => sources.get(programPath) ?? '';
  return {
    async run(sources, _stage, fuel) {
      const [observation] = await runAll([textOf(sources)], fuel);
      return observation ?? { kind: 'died', reason: 'there was no answer' };
    },
    runEach: (candidates, fuel) => runAll(candidates.map(textOf), fuel),
  };
}

function holds(observation: Observation): boolean {
  return observation.kind === 'ran' && observation.cases.every(({ passed }) => passed);
}

function observed({ cases, ticks, ranDry }: WorkerRun): Observation {
  return {
    kind: 'ran',
    ticks,
    ranDry,
    cases: cases.map(({ name, status, ...rest }) => ({ ...rest, id: name, passed: status === 'passed' })),
  };
}
