import type { WorldEvidence, WorldVerdict } from '../domain/choice.ts';
import type { BaseEvidence, CommandEvidence } from '../domain/evidence.ts';
import { securityAnalyses } from '../domain/security.ts';
import { some, tests } from './gates.ts';
import { saidOfFailure } from './said-of-failure.ts';
import { runProblem } from './test-outcomes.ts';

/**
 * What was not known when a choice was made and therefore did not count, in sentences.
 *
 * @param winner said of it first, if nothing at all vouches for it.
 */
export function caveatsOf(base: BaseEvidence, worlds: readonly WorldEvidence[], winner?: WorldVerdict): string[] {
  const { check } = base;
  const caveats: string[] = vouchCaveats(winner);
  if (check.install.kind === 'failed') caveats.push('The dependencies could not be installed at the base either.');
  if (check.build.kind === 'none' && check.typeCheck.kind === 'none') caveats.push('No build and no type check found: build n/a.');
  if (check.build.kind === 'failed')
    caveats.push(`The build already failed at the base, so a failing build counts against nobody. ${saidBy(check.build)}`.trim());
  if (check.typeCheck.kind === 'failed')
    caveats.push(`The type check already failed at the base, so it counts against nobody. ${saidBy(check.typeCheck)}`.trim());
  caveats.push(...testCaveats(base));
  if (check.lint.kind === 'none') caveats.push('No linter found: lint n/a.');
  if (check.lint.kind === 'failed') caveats.push('The linter did not work at the base: lint n/a.');
  if (check.format?.kind === 'failed') caveats.push('The format check did not work at the base: it counts for nobody.');
  caveats.push(...securityCaveats(worlds));
  const notes = worlds.flatMap((world) =>
    world.kind === 'checked' && world.check.tests.kind === 'reported'
      ? world.check.tests.notes.map((note) => `${world.world}: ${note}`)
      : [],
  );
  const selfJudged = worlds.flatMap((world) =>
    world.kind === 'checked' && world.check.tests.kind === 'exit-code' && world.check.tests.selfJudged !== undefined
      ? [`${world.world}: ${world.check.tests.selfJudged}`]
      : [],
  );
  return [...caveats, ...selfJudged, ...notes];
}

function saidBy({ command, output }: Extract<CommandEvidence, { kind: 'failed' }>): string {
  const said = saidOfFailure(output);
  return said === '' ? '' : `\`${command}\` said: ${said}`;
}

function vouchCaveats(winner: WorldVerdict | undefined): string[] {
  if (winner?.score === undefined || winner.score.testsPassed > 0) return [];
  const built = winner.score.build !== null && winner.score.build > 0;
  return [
    built
      ? `No test of the project vouches for what ${winner.world} changed; only that it builds is known.`
      : `Nothing at all vouches for what ${winner.world} changed: no test of the project could be run, and nothing was built.`,
  ];
}

/** Of each analysis that could not look everywhere the first reason; a line for all where nothing was analysed. */
function securityCaveats(worlds: readonly WorldEvidence[]): string[] {
  const evidence = worlds.flatMap((world) => (world.kind === 'checked' && world.security !== undefined ? [world.security] : []));
  if (evidence.length === 0) return ['No security analysis: security n/a.'];
  const all = evidence.flatMap(({ analyses }) => analyses);
  return securityAnalyses.flatMap((analysis) => {
    const blind = all.find((each) => each.analysis === analysis && each.kind !== 'analysed');
    return blind === undefined || blind.kind === 'analysed' ? [] : [`Security, ${analysis}: ${blind.kind}, so not known. ${blind.reason}`];
  });
}

function testCaveats(base: BaseEvidence): string[] {
  const evidence = base.check.tests;
  const caveats: string[] = [];
  if (evidence.kind === 'none') caveats.push(`The base has no test evidence: tests n/a. ${evidence.reason}`);
  if (evidence.kind === 'exit-code') caveats.push('Of the tests only the exit code is known: they count as one test.');
  if (evidence.kind === 'exit-code' && evidence.unknown !== undefined) caveats.push(`At the base: ${evidence.unknown}`);
  if (evidence.kind === 'timeout') caveats.push('The tests of the base ran into the time limit, so not all of them are known.');
  if (evidence.kind === 'reported' && evidence.cases.length === 0) caveats.push('The test command ran no test at the base: tests n/a.');
  const problem = evidence.kind === 'reported' ? runProblem(evidence) : undefined;
  if (problem !== undefined) caveats.push(`At the base: ${problem}`);
  if (base.flaky.length > 0)
    caveats.push(`Left out as flaky (they did not end alike twice at the base): ${tests(base.flaky.length)}: ${some(base.flaky)}.`);
  return caveats;
}
