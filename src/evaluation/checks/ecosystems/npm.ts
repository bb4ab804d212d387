import { z } from 'zod';
import type { CheckCommand } from '../../../domain/checks.ts';
import { type PackageManager, packageManagerOf } from '../package-manager.ts';
import type { ProjectReader } from '../project-reader.ts';
import { parseJest } from '../reports/jest.ts';
import { parseBiome, parseOxlint } from '../reports/lint.ts';
import { parseMocha } from '../reports/mocha.ts';
import { parseNodeTest } from '../reports/node-test.ts';
import type { ParsedReport } from '../reports/parsed-report.ts';
import { expandScript } from '../runner.ts';
import { commandOf, type Detected, type DetectedTest, type EcosystemEntry, type RunnerReport } from './ecosystem.ts';

const manifest = z.object({
  scripts: z.record(z.string(), z.unknown()).catch({}).default({}),
  dependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  devDependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  optionalDependencies: z.record(z.string(), z.unknown()).catch({}).default({}),
  workspaces: z.unknown().optional(),
  prettier: z.unknown().optional(),
  packageManager: z.string().optional().catch(undefined),
});

interface Project {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: ReadonlySet<string>;
  readonly hasWorkspaces: boolean;
  /** It configures prettier in its package.json. */
  readonly hasPrettier: boolean;
  readonly manager: PackageManager;
  readonly reader: ProjectReader;
}

/** They report through what `hooks/` adds to them, whatever starts them. */
const runners: readonly RunnerReport[] = [
  { runner: 'vitest', called: /\bvitest\b/, name: 'vitest', sealed: true, parse: (text) => parseJest(jsonOrUndefined(text)) },
  { runner: 'jest', called: /\bjest\b/, name: 'jest', sealed: true, parse: (text) => parseJest(jsonOrUndefined(text)) },
  { runner: 'mocha', called: /\bmocha\b/, name: 'mocha', sealed: true, parse: (text) => parseMocha(jsonOrUndefined(text)) },
  { runner: 'ava', called: /\bava\b/, name: 'ava', sealed: true, parse: tap },
  { runner: 'tap', called: /\btape\b/, name: 'tape', sealed: true, parse: tap },
  { runner: 'node:test', called: /\bnode\b[^|&;\n]*\s--test\b(?!-)/, name: 'node-test', sealed: true, parse: parseNodeTest },
];

async function tap(text: string): Promise<ParsedReport | undefined> {
  return (await import('../reports/tap.ts')).parseTap(text);
}

/** Projects with a package.json at their top, whichever of npm, pnpm and yarn runs their scripts. */
export const npm: EcosystemEntry = {
  name: 'npm',
  marks: ['package.json'],
  runners,
  linters: [{ parse: parseOxlint }, { parse: parseBiome }],
  async detect(reader) {
    const text = await reader.readFile('package.json');
    if (text === undefined) return undefined;
    const parsed = manifest.safeParse(jsonOrUndefined(text));
    if (!parsed.success) {
      return {
        reasons: ['The package.json at the top of the repository cannot be read, so nothing is known of how it is built and tested.'],
      };
    }
    const { scripts, dependencies, devDependencies, optionalDependencies, workspaces, prettier, packageManager } = parsed.data;
    const manager = await packageManagerOf(reader, packageManager);
    return await detected({
      scripts: Object.fromEntries(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
      dependencies: new Set([dependencies, devDependencies, optionalDependencies].flatMap((group) => Object.keys(group))),
      hasWorkspaces: workspaces !== undefined,
      hasPrettier: prettier !== undefined,
      manager,
      reader,
    });
  },
};

async function detected(project: Project): Promise<Detected> {
  const { manager } = project;
  const reasons: string[] = [];
  if (manager.name !== 'npm') reasons.push(`The project uses ${manager.name} (${manager.because}), so ${manager.name} runs its scripts.`);
  const build = scriptCommand(project, ['build']);
  if (build === undefined) reasons.push('No build: package.json has no script called build.');
  const typeCheck = await findTypeCheck(project);
  if (typeCheck === undefined) reasons.push('No type check: neither a script for it nor TypeScript with a tsconfig.json was found.');
  const test = findTests(project, reasons);
  const lint = scriptCommand(project, lintScripts);
  if (lint === undefined) reasons.push('No linter: package.json has no script called lint.');
  const format = await findFormat(project, lint);
  if (format === undefined) reasons.push('No format check: neither a script for it nor a formatter with its configuration was found.');
  return {
    ...(project.dependencies.size > 0 || project.hasWorkspaces ? { install: commandOf(manager.install) } : {}),
    ...(build === undefined ? {} : { build }),
    ...(typeCheck === undefined ? {} : { typeCheck }),
    ...(test === undefined ? {} : { test }),
    ...(lint === undefined ? {} : { lint }),
    ...(format === undefined ? {} : { format }),
    reasons,
  };
}

async function findTypeCheck(project: Project): Promise<CheckCommand | undefined> {
  const script = scriptCommand(project, ['typecheck', 'type-check', 'check:types', 'check-types', 'types:check', 'tsc']);
  if (script !== undefined) return script;
  if (!project.dependencies.has('typescript') || !(await project.reader.exists('tsconfig.json'))) return undefined;
  return commandOf([...project.manager.execute, 'tsc', '--noEmit']);
}

const lintScripts = ['lint', 'lint:check', 'lint:ci', 'check:lint', 'eslint', 'oxlint', 'biome'];

const formatScripts = ['format', 'fmt', 'prettier'].flatMap((name) => [`${name}:check`, `${name}-check`, `check:${name}`, `lint:${name}`]);

/** What makes a formatter only look, and what makes it write. */
const looks = /\s(?:--check|--list-different|-l|-c)\b|\bdprint\s+check\b|\bbiome\s+(?:format|ci)\b/;
const writes = /\s(?:--write|--fix|-w)\b/;

/** Formatters by their package, the files that configure them, and how they are asked to look. */
const formatters: readonly { readonly name: string; readonly files: RegExp; readonly words: readonly string[] }[] = [
  { name: 'prettier', files: /^(?:\.prettierrc(?:\.\w+)?|prettier\.config\.\w+)$/, words: ['prettier', '--check', '.'] },
  { name: '@biomejs/biome', files: /^\.?biome\.jsonc?$/, words: ['biome', 'format', '.'] },
  { name: 'oxfmt', files: /^(?:\.oxfmtrc\.jsonc?|oxfmt\.config\.\w+)$/, words: ['oxfmt', '--check', '.'] },
  { name: 'dprint', files: /^\.?dprint\.jsonc?$/, words: ['dprint', 'check'] },
];

/** The project's own script where it changes nothing, else the formatter that it depends on and configures. */
async function findFormat(project: Project, lint: CheckCommand | undefined): Promise<CheckCommand | undefined> {
  const { scripts, dependencies, manager, reader } = project;
  const own = ['format', 'fmt', 'prettier'].filter((name) => looks.test(scripts[name] ?? ''));
  const name = [...formatScripts, ...own].find((candidate) => {
    const text = (scripts[candidate] ?? '').trim() === '' ? '' : expandScript(scripts, candidate);
    return text !== '' && !writes.test(text);
  });
  if (name !== undefined) return commandOf([...manager.run, name]);
  const linted = lint === undefined ? '' : expandScript(scripts, lint.command.at(-1) ?? '');
  // Its findings say which files are not formatted.
  if (/\bbiome\s+(?:check|ci)\b/.test(linted)) return undefined;
  const top = (await reader.list()).filter((path) => !path.includes('/'));
  const chosen = formatters.find((formatter) => {
    const isConfigured = top.some((path) => formatter.files.test(path)) || (formatter.name === 'prettier' && project.hasPrettier);
    return dependencies.has(formatter.name) && isConfigured;
  });
  return chosen === undefined ? undefined : commandOf([...manager.execute, ...chosen.words]);
}

/** What `npm init` writes into a project without tests. */
const noTests = /no test specified/i;

function findTests(project: Project, reasons: string[]): DetectedTest | undefined {
  const text = project.scripts['test'];
  if (text === undefined || text.trim() === '') {
    reasons.push('No tests: package.json has no script called test.');
    return undefined;
  }
  if (noTests.test(text)) {
    reasons.push('No tests: the script called test in package.json is the placeholder that npm writes.');
    return undefined;
  }
  return { ...commandOf([...project.manager.run, 'test']), script: expandScript(project.scripts, 'test') };
}

function scriptCommand(project: Project, names: readonly string[]): CheckCommand | undefined {
  const name = names.find((candidate) => (project.scripts[candidate] ?? '').trim() !== '');
  return name === undefined ? undefined : commandOf([...project.manager.run, name]);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
