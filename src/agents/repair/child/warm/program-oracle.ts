import type { Oracle } from '../search/oracle.ts';
import type { Worker } from './worker-process.ts';

/** Where the program itself stands among the sources. */
export const programPath = 'program.js';

/**
 * The oracle of a program with assertions: its text, then the assertions', run as one script. There is one stage,
 * for assertions cannot be picked. A context of its own makes every run a fresh one.
 */
export function createProgramOracle(worker: Worker, assertions: string, timeoutMs: number): Oracle {
  return {
    async run(sources, _stage, fuel) {
      const text = `${sources.get(programPath) ?? ''}\n${assertions}`;
      const answer = await worker.ask({ type: 'program', text, fuel, timeoutMs }, timeoutMs + 10_000);
      if (answer.kind === 'died') return answer;
      const cases = answer.reply.cases.map(({ name, status, ...rest }) => ({ ...rest, id: name, passed: status === 'passed' }));
      return { kind: 'ran', cases, ticks: answer.reply.ticks };
    },
  };
}
