import { posix } from 'node:path';
import { z } from 'zod';
import type { CheckCommand, ChecksPlan, TestCommand } from '../../domain/checks.ts';
import { Failure } from '../../domain/failure.ts';
import { type PackageManager, packageManagerOf } from './package-manager.ts';
import { expandScript, recogniseRunner } from './runner.ts';
import type { ProjectReader } from './project-reader.ts';
import { splitCommand } from './split-command.ts';

/** Commands from the configuration, as a person writes them; `false` means: leave this check out. */
export interface CheckOverrides {
  readonly install?: string | false;
  readonly build?: string | false;
  readonly typeCheck?: string | false;
  readonly test?: string | false;
  readonly lint?: string | false;
  /** JUnit XML that the test command writes, relative to the checkout. */
  readonly testReport?: string;
  /** Time limit of each single command, in ms. */
  readonly timeoutMs?: number;
}

export const defaultCheckTimeoutMs = 10 * 60_000;

const manifest = z.object({
  scripts: z.record(z.string(), z.unknown()).catch({}).default({}),
  dependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  devDependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  optionalDependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  workspaces: z.unknown().optional(),
  packageManager: z.string().optional().catch(undefined),
});

interface Project {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: ReadonlySet<string>;
  readonly hasWorkspaces: boolean;
  readonly manager: PackageManager;
  readonly reader: ProjectReader;
}

/**
 * Finds out how a project is installed, built, checked, tested and linted: from its package.json, unless configured.
 *
 * @throws Failure (configuration) when a configured command cannot be run without a shell, or a report lies outside the repository.
 */
export async function detectChecks(reader: ProjectReader, overrides: CheckOverrides = {}): Promise<ChecksPlan> {
  const timeoutMs = overrides.timeoutMs ?? defaultCheckTimeoutMs;
  const reasons: string[] = [];
  const project = await readProject(reader, reasons);
  const found = project === undefined ? {} : await detected(project, reasons);
  const command = (name: 'install' | 'build' | 'typeCheck' | 'lint'): CheckCommand | undefined => {
    const override = overrides[name];
    if (override === undefined) return found[name];
    return override === false ? undefined : configured(override, name);
  };
  const test = testCommand(overrides, found.test);
  const install = command('install');
  const build = command('build');
  const typeCheck = command('typeCheck');
  const lint = command('lint');
  const configuredCount = [overrides.install, overrides.build, overrides.typeCheck, overrides.test, overrides.lint].filter(
    (override) => typeof override === 'string',
  ).length;
  return {
    ecosystem: project === undefined ? (configuredCount > 0 ? 'configured' : 'none') : 'npm',
    ...(install === undefined ? {} : { install }),
    ...(build === undefined ? {} : { build }),
    ...(typeCheck === undefined ? {} : { typeCheck }),
    ...(test === undefined ? {} : { test }),
    ...(lint === undefined ? {} : { lint }),
    reasons: remaining(reasons, overrides),
    timeoutMs,
  };
}

/** Sentences about what was not found no longer hold where it was configured. */
function remaining(reasons: readonly string[], overrides: CheckOverrides): string[] {
  const kinds = [
    ['build', overrides.build, /^No build/],
    ['type check', overrides.typeCheck, /^No type check/],
    ['tests', overrides.test, /^No tests/],
    ['linter', overrides.lint, /^No linter/],
  ] as const;
  const kept = reasons.filter((reason) => !kinds.some(([, override, pattern]) => override !== undefined && pattern.test(reason)));
  const off = kinds.filter(([, override]) => override === false).map(([name]) => `No ${name}: switched off in the configuration.`);
  return [...kept, ...off];
}

function configured(text: string, name: string): CheckCommand {
  return { command: splitCommand(text, `checks.${name}`), shown: text.trim() };
}

function testCommand(overrides: CheckOverrides, found: TestCommand | undefined): TestCommand | undefined {
  if (overrides.test === false) return undefined;
  const base =
    overrides.test === undefined
      ? found
      : { ...configured(overrides.test, 'test'), runner: recogniseRunner(overrides.test), script: overrides.test };
  if (base === undefined || overrides.testReport === undefined) return base;
  return { ...base, runner: 'junit', report: withinCheckout(overrides.testReport) };
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

async function readProject(reader: ProjectReader, reasons: string[]): Promise<Project | undefined> {
  const text = await reader.readFile('package.json');
  if (text === undefined) {
    reasons.push('No package.json was found at the top of the repository, so nothing is known of how it is built and tested.');
    return undefined;
  }
  const parsed = manifest.safeParse(jsonOrUndefined(text));
  if (!parsed.success) {
    reasons.push('The package.json at the top of the repository cannot be read, so nothing is known of how it is built and tested.');
    return undefined;
  }
  const { scripts, dependencies, devDependencies, optionalDependencies, workspaces, packageManager } = parsed.data;
  const manager = await packageManagerOf(reader, packageManager);
  if (manager.name !== 'npm') reasons.push(`The project uses ${manager.name} (${manager.because}), so ${manager.name} runs its scripts.`);
  return {
    scripts: Object.fromEntries(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    dependencies: new Set([dependencies, devDependencies, optionalDependencies].flatMap((group) => Object.keys(group))),
    hasWorkspaces: workspaces !== undefined,
    manager,
    reader,
  };
}

interface Detected {
  install?: CheckCommand;
  build?: CheckCommand;
  typeCheck?: CheckCommand;
  test?: TestCommand;
  lint?: CheckCommand;
}

async function detected(project: Project, reasons: string[]): Promise<Detected> {
  const result: Detected = {};
  if (project.dependencies.size > 0 || project.hasWorkspaces) result.install = commandOf(project.manager.install);
  const build = scriptCommand(project, ['build']);
  if (build === undefined) reasons.push('No build: package.json has no script called build.');
  else result.build = build;
  const typeCheck = await findTypeCheck(project);
  if (typeCheck === undefined) reasons.push('No type check: neither a script for it nor TypeScript with a tsconfig.json was found.');
  else result.typeCheck = typeCheck;
  const test = findTests(project, reasons);
  if (test !== undefined) result.test = test;
  const lint = scriptCommand(project, ['lint', 'lint:check', 'lint:ci', 'check:lint', 'eslint', 'oxlint']);
  if (lint === undefined) reasons.push('No linter: package.json has no script called lint.');
  else result.lint = lint;
  return result;
}

async function findTypeCheck(project: Project): Promise<CheckCommand | undefined> {
  const script = scriptCommand(project, ['typecheck', 'type-check', 'check:types', 'check-types', 'types:check', 'tsc']);
  if (script !== undefined) return script;
  if (!project.dependencies.has('typescript') || !(await project.reader.exists('tsconfig.json'))) return undefined;
  return commandOf([...project.manager.execute, 'tsc', '--noEmit']);
}

/** What `npm init` writes into a project without tests. */
const noTests = /no test specified/i;

function findTests(project: Project, reasons: string[]): TestCommand | undefined {
  const text = project.scripts['test'];
  if (text === undefined || text.trim() === '') {
    reasons.push('No tests: package.json has no script called test.');
    return undefined;
  }
  if (noTests.test(text)) {
    reasons.push('No tests: the script called test in package.json is the placeholder that npm writes.');
    return undefined;
  }
  const script = expandScript(project.scripts, 'test');
  return { ...commandOf([...project.manager.run, 'test']), runner: recogniseRunner(script), script };
}

function scriptCommand(project: Project, names: readonly string[]): CheckCommand | undefined {
  const name = names.find((candidate) => (project.scripts[candidate] ?? '').trim() !== '');
  return name === undefined ? undefined : commandOf([...project.manager.run, name]);
}

function commandOf(command: readonly string[]): CheckCommand {
  const [program = '', ...rest] = command;
  return { command: [program, ...rest], shown: command.join(' ') };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
