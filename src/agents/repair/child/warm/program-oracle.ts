import { isDeepStrictEqual } from 'node:util';
import type { Observation, Oracle, Texts } from '../search/oracle.ts';
import type { WorkerRun } from './messages.ts';
import type { Worker } from './worker-process.ts';

/** Where the program itself stands among the sources. */
export const programPath = 'program.js';

/** Time for one batch, in ms: how late the end of a search's time may be noticed. */
const beginWithinMs = 500;

/** A candidate may take so many times what the program took of a processor at the base, and always as much as this, in ms. */
const limitFactor = 20;
const limitAtLeastMs = 200;

/**
 * The oracle of a program with assertions: its text, then the assertions', run as one script. There is one stage,
 * for assertions cannot be picked. Globals of its own make every run a fresh one; candidates share theirs, once the program
 * of the first run of all has done the same, down to the statements that ran, among shared ones and left no trace in them.
 */
export function createProgramOracle(worker: Worker, assertions: string, timeoutMs: number): Oracle {
  let base: Base | undefined;
  let sharing: boolean | undefined;
  let limitMs = timeoutMs;
  /** A program that ends the process is found by halving: it takes none of the others along. */
  const runAll = async (programs: readonly string[], fuel: number, shared: boolean): Promise<Seen[]> => {
    const answer = await worker.ask(
      { type: 'programs', programs, assertions, fuel, sharing: shared, timeoutMs: limitMs, beginWithinMs },
      beginWithinMs + limitMs * 2 + 10_000,
    );
    if (answer.kind === 'replied') return answer.reply.runs.map(seen);
    if (programs.length === 1) return [{ observation: answer, shared: false }];
    const middle = Math.ceil(programs.length / 2);
    const first = await runAll(programs.slice(0, middle), fuel, shared);
    const isOver = first.length < middle || first.some(({ observation }) => holds(observation));
    return isOver ? first : [...first, ...(await runAll(programs.slice(middle), fuel, shared))];
  };
  /** What the base does decides how candidates are run. */
  const learn = async ({ text, fuel, alone }: Base) => {
    const before = worker.cpuMs();
    const [again] = await runAll([text], fuel, true);
    limitMs = Math.min(timeoutMs, Math.max(limitAtLeastMs, limitFactor * (worker.cpuMs() - before)));
    sharing = again?.shared === true && isDeepStrictEqual(again.observation, alone);
  };
  const textOf = (sources: Texts) => sources.get(programPath) ?? '';
  return {
    failingIsAll: true,
    async run(sources, stage, fuel) {
      const text = textOf(sources);
      const [first] = await runAll([text], fuel, false);
      const observation: Observation = first?.observation ?? { kind: 'died', reason: 'there was no answer' };
      if (stage === 'all') base ??= { text, fuel, alone: observation };
      return observation;
    },
    async runEach(candidates, stage, fuel) {
      if (base !== undefined && sharing === undefined) await learn(base);
      const all = await runAll(candidates.map(textOf), fuel, sharing === true && stage === 'failing');
      return all.map(({ observation }) => observation);
    },
  };
}

/** The program before any change, as it was run first. */
interface Base {
  readonly text: string;
  readonly fuel: number;
  readonly alone: Observation;
}

interface Seen {
  readonly observation: Observation;
  /** Seen among shared globals, which were left as they were. */
  readonly shared: boolean;
}

function holds(observation: Observation): boolean {
  return observation.kind === 'ran' && observation.cases.every(({ passed }) => passed);
}

function seen({ cases, ticks, ranDry, shared }: WorkerRun): Seen {
  const ran = cases.map(({ name, status, ...rest }) => ({ ...rest, id: name, passed: status === 'passed' }));
  return { observation: { kind: 'ran', ticks, ranDry, cases: ran }, shared: shared === true };
}
