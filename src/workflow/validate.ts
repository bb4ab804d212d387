import type { Validate } from '../agents/repair/agent.ts';
import { runTests } from '../evaluation/checks/run-tests.ts';
import { statusById } from '../evaluation/test-outcomes.ts';

/**
 * Lets the `repair` agent see the whole test command of a project as the checks would see it. It only saves a candidate that breaks
 * something from being offered: the project's own code runs in the same walls at the same time and could say anything in the reports.
 * What decides is the check of the harvested commit, on a fresh checkout and within walls of its own.
 */
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
