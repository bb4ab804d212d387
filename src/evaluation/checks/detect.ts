import { posix } from 'node:path';
import type { CheckCommand, ChecksPlan, TestCommand } from '../../domain/checks.ts';
import { Failure } from '../../domain/failure.ts';
import type { Detected, EcosystemEntry } from './ecosystems/ecosystem.ts';
import { ecosystems, recogniseRunner } from './ecosystems/table.ts';
import type { ProjectReader } from './project-reader.ts';
import { splitCommand } from './split-command.ts';

/** Commands from the configuration, as a person writes them; `false` means: leave this check out. */
export interface CheckOverrides {
  readonly install?: string | false;
  readonly build?: string | false;
  readonly typeCheck?: string | false;
  readonly test?: string | false;
  readonly lint?: string | false;
  readonly format?: string | false;
  /** JUnit XML that the test command writes, relative to the checkout. */
  readonly testReport?: string;
  /** Time limit of each single command, in ms. */
  readonly timeoutMs?: number;
}

export const defaultCheckTimeoutMs = 10 * 60_000;

/** Each check with how the sentence begins that says it was not found. */
const checks = [
  ['install', 'No install'],
  ['build', 'No build'],
  ['typeCheck', 'No type check'],
  ['test', 'No tests'],
  ['lint', 'No linter'],
  ['format', 'No format check'],
] as const;

type SimpleCheck = Exclude<(typeof checks)[number][0], 'test'>;

/**
 * Finds out how a project is installed, built, checked, tested, linted and formatted: by the table of ecosystems, unless configured.
 *
 * @throws Failure (configuration) when a configured command cannot be run without a shell, or a report lies outside the repository.
 */
export async function detectChecks(reader: ProjectReader, overrides: CheckOverrides = {}): Promise<ChecksPlan> {
  const applying = await applyingTo(reader);
  const first = applying.find(({ detected }) => detected.test !== undefined) ?? applying[0];
  const command = (name: SimpleCheck): { readonly [key in SimpleCheck]?: CheckCommand } => {
    const override = overrides[name];
    if (override === false) return {};
    const chosen = override === undefined ? first?.detected[name] : configured(override, name);
    return chosen === undefined ? {} : { [name]: chosen };
  };
  const test = testCommand(overrides, first?.detected.test);
  const isConfigured = checks.some(([name]) => typeof overrides[name] === 'string');
  return {
    ecosystem: first?.entry.name ?? (isConfigured ? 'configured' : 'none'),
    ...command('install'),
    ...command('build'),
    ...command('typeCheck'),
    ...(test === undefined ? {} : { test }),
    ...command('lint'),
    ...command('format'),
    reasons: remaining(first === undefined ? [nothingFound()] : [...first.detected.reasons, ...others(applying, first)], overrides),
    timeoutMs: overrides.timeoutMs ?? defaultCheckTimeoutMs,
  };
}

interface Applying {
  readonly entry: EcosystemEntry;
  readonly detected: Detected;
}

async function applyingTo(reader: ProjectReader): Promise<Applying[]> {
  const all = await Promise.all(ecosystems.map(async (entry) => ({ entry, detected: await entry.detect(reader) })));
  return all.flatMap(({ entry, detected }) => (detected === undefined ? [] : [{ entry, detected }]));
}

function nothingFound(): string {
  const marks = ecosystems.flatMap((entry) => entry.marks).join(', ');
  return `No project was found at the top of the repository (none of ${marks}), so nothing is known of how it is built and tested.`;
}

function others(applying: readonly Applying[], first: Applying): string[] {
  const names = applying.filter((other) => other !== first && other.detected.test !== undefined).map(({ entry }) => entry.name);
  return names.length === 0 ? [] : [`There are tests of ${names.join(' and ')} as well; what is checked is ${first.entry.name}.`];
}

/** Sentences about what was not found no longer hold where it was configured. */
function remaining(reasons: readonly string[], overrides: CheckOverrides): string[] {
  const set = checks.filter(([name]) => overrides[name] !== undefined);
  const kept = reasons.filter((reason) => !set.some(([, beginning]) => reason.startsWith(beginning)));
  const off = set.filter(([name]) => overrides[name] === false).map(([, beginning]) => `${beginning}: switched off in the configuration.`);
  return [...kept, ...off];
}

function configured(text: string, name: string): CheckCommand {
  return { command: splitCommand(text, `checks.${name}`), shown: text.trim() };
}

function testCommand(overrides: CheckOverrides, found: Detected['test']): TestCommand | undefined {
  if (overrides.test === false) return undefined;
  const chosen = overrides.test === undefined ? found : { ...configured(overrides.test, 'test'), script: overrides.test };
  if (chosen === undefined) return undefined;
  if (overrides.testReport !== undefined) return { ...chosen, runner: 'junit', report: withinCheckout(overrides.testReport) };
  return { ...chosen, runner: chosen.runner ?? recogniseRunner(chosen.script ?? chosen.shown, chosen.command) };
}

function withinCheckout(path: string): string {
  const normal = posix.normalize(path);
  if (!posix.isAbsolute(normal) && normal !== '.' && normal !== '..' && !normal.startsWith('../')) return normal;
  throw new Failure('configuration', {
    what: `The report of the tests cannot be read from ${JSON.stringify(path)}.`,
    why: 'checks.testReport has to name a file inside the repository, and this lies outside.',
    fix: 'Name it relative to the top of the repository, such as reports/junit.xml.',
  });
}
