import type { ScoreEvidence, WorldEvidence } from '../domain/choice.ts';
import type { BaseEvidence, CheckEvidence, CommandEvidence } from '../domain/evidence.ts';
import type { QualityEvidence } from '../domain/score.ts';
import type { SecurityEvidence } from '../domain/security.ts';
import { brokenTests, fixedTests } from './gates.ts';
import { addedFailures, countTests } from './score.ts';
import { lintAgainst } from './score-lint.ts';
import { findingsOf } from './security/share.ts';

/** Sentences of one component, at most: more is no explanation. */
const most = 8;

/** Names of tests in one sentence. */
const mostNames = 5;

/** What each component of a world's score rests on, in sentences: which tests, which warnings, which findings. */
export function scoreEvidence(
  base: BaseEvidence,
  world: Pick<Extract<WorldEvidence, { kind: 'checked' }>, 'check' | 'quality' | 'security'>,
  reachable: ReadonlySet<string>,
): ScoreEvidence {
  const { check } = world;
  return {
    build: bounded(buildEvidence(check)),
    tests: bounded(testEvidence(base, check, reachable)),
    lint: bounded(lintEvidence(base, check)),
    quality: bounded(world.quality === undefined ? ['It was not measured.'] : qualityEvidence(world.quality)),
    security: bounded(world.security === undefined ? ['Nothing was analysed.'] : securityEvidence(world.security)),
  };
}

function bounded(sentences: readonly string[]): readonly string[] {
  const rest = sentences.length - most;
  return rest > 0 ? [...sentences.slice(0, most), `And ${rest} more.`] : sentences;
}

function buildEvidence({ install, build, typeCheck }: CheckEvidence): string[] {
  const commands = [
    ['Installation', install],
    ['Build', build],
    ['Type check', typeCheck],
  ] as const;
  return commands.map(([what, command]) => `${what}: ${outcomeOf(command)}`);
}

function outcomeOf(command: CommandEvidence): string {
  if (command.kind === 'none') return `n/a. ${command.reason}`;
  return command.kind === 'passed' ? `passed (${command.command}).` : `failed (${command.command}).`;
}

function testEvidence(base: BaseEvidence, check: CheckEvidence, reachable: ReadonlySet<string>): string[] {
  const { passed, total } = countTests(base, check, reachable);
  const lists = [
    ['Repaired', fixedTests(base, check)],
    ['Broken', brokenTests(base, check)],
    ['Added and failing', addedFailures(base, check)],
    ['Left out as flaky', base.flaky],
  ] as const;
  return [
    total === 0 ? 'No test says anything of this change.' : `${passed} of ${total} counted tests pass.`,
    ...lists.filter(([, ids]) => ids.length > 0).map(([what, ids]) => `${what}: ${named(ids)}.`),
  ];
}

function named(ids: readonly string[]): string {
  const rest = ids.length - mostNames;
  return `${ids.slice(0, mostNames).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function lintEvidence(base: BaseEvidence, check: CheckEvidence): readonly string[] {
  const lint = lintAgainst(base, check);
  if (lint === undefined) return ['Neither a linter nor a formatter could be compared with the base.'];
  return lint.warnings === 0 ? ['No new warning.'] : lint.found;
}

function qualityEvidence({ size, branches, duplicated, added, unexecuted }: QualityEvidence): string[] {
  return [
    `${counted(size, 'line')} changed, ${counted(branches, 'branch', 'branches')} added; copies of other code: ${duplicated} of ${counted(added, 'added line')}.`,
    ...(unexecuted === undefined
      ? []
      : [`Run by no test: ${unexecuted.lines} of ${counted(unexecuted.of, 'changed line')} that could be.`]),
  ];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function securityEvidence(evidence: SecurityEvidence): string[] {
  const found = findingsOf(evidence).map(
    ({ level, rule, path, line, detail }) => `${level}, ${rule} in ${path}${line === undefined ? '' : `:${line}`}: ${detail}`,
  );
  const unknown = evidence.analyses.flatMap((each) => (each.kind === 'analysed' ? [] : [`${each.analysis}: ${each.kind}. ${each.reason}`]));
  return [...(found.length === 0 ? ['No finding.'] : found), ...unknown];
}
