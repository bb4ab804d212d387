import type { Validate } from '../agents/repair/agent.ts';
import { runTests } from '../evaluation/checks/run-tests.ts';
import { statusById } from '../evaluation/test-outcomes.ts';

/** Lets the `repair` agent see the whole test command of a project as the checks would see it. */
export const validate: Validate = async ({ directory, checks, environment, process, signal }) => {
  if (checks.test === undefined) return undefined;
  const reportDirectory = environment['TMPDIR'];
  if (reportDirectory === undefined) throw new Error('a world without a temporary folder has no place for reports');
  const evidence = await runTests({ plan: checks, directory, reportDirectory, environment, process, signal });
  if (evidence.kind !== 'reported' || evidence.incomplete === true) return undefined;
  const status = [...statusById(evidence)];
  const withStatus = (wanted: string): readonly string[] => status.flatMap(([id, ended]) => (ended === wanted ? [id] : []));
  return { failing: withStatus('failed'), passing: withStatus('passed') };
};
