import { posix } from 'node:path';
import type { Change } from '../../domain/change.ts';
import type { CheckCommand, ChecksPlan } from '../../domain/checks.ts';
import { expandCommand } from '../checks/runner.ts';
import { commandsOf } from '../checks/shell-words.ts';
import { isCode, isTestFile } from './files.ts';
import { scriptsOf } from './manifest.ts';
import { filesInConfiguration, importsBeside } from './loaded.ts';
import { callsIn, type Call, namedFiles } from './named.ts';
import { isProduct, type BaseFiles } from './own/product.ts';
import { comparing, isFollowed, isMakefile, scriptOf } from './scripts.ts';

type ReadFile = (path: string) => Promise<string | undefined>;

const endings = ['', '.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', '.json', '/index.js', '/index.cjs', '/index.mjs', '/index.ts'];
/** By the name of the tool in a command: where it looks for its configuration. */
const configurations: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bvitest\b/, ['vitest.config.ts', 'vitest.config.js', 'vitest.config.mts', 'vitest.config.mjs', 'vite.config.ts', 'vite.config.js']],
  [/\bjest\b/, ['jest.config.js', 'jest.config.ts', 'jest.config.cjs', 'jest.config.mjs', 'jest.config.json', 'package.json']],
  [
    /\bmocha\b/,
    ['.mocharc.js', '.mocharc.cjs', '.mocharc.json', '.mocharc.jsonc', '.mocharc.yml', '.mocharc.yaml', '.mocharc', 'package.json'],
  ],
  [/\btsc\b/, ['tsconfig.json']],
  [/\beslint\b/, ['.eslintrc', '.eslintrc.json', '.eslintrc.js', '.eslintrc.cjs', '.eslintrc.yml']],
];
/** More than this is no way of checking any more. */
const mostFiles = 200;

/** A program of the product that the checks run: it is judged, and what it says of itself judges, too. */
export interface ProductProgram {
  readonly path: string;
  /** With which the checks tell it to test itself. */
  readonly options: readonly string[];
  /** Whether the tests rest on how it ends: nothing around it compares what it prints. */
  readonly isBelieved: boolean;
}

export interface Judging {
  /** Of the files that a change touches those that take part in judging. */
  readonly judges: ReadonlySet<string>;
  /** By path. */
  readonly programs: ReadonlyMap<string, ProductProgram>;
  /** Whether the test command does nothing but run them. */
  readonly isOnlyTheirs: boolean;
}

interface JudgingRequest {
  readonly change: Change;
  readonly plan: ChecksPlan;
  readonly before: ReadFile;
  readonly paths: BaseFiles['list'];
}

/**
 * Which of the files of the base that a change touches take part in judging: what the commands of the plan run, load or are configured by,
 * directly or through shell scripts, configurations and modules beside a program. Files of tests are judged by what stands in them
 * instead, and so are programs of the product that the commands run.
 */
export async function judgingOf({ change, plan, before, paths }: JudgingRequest): Promise<Judging> {
  const changed = change.files.filter(({ status }) => status !== 'added').map((file) => file.from ?? file.path);
  const wanted = changed.filter((path) => !isTestFile(path) && posix.basename(path) !== 'package.json');
  if (!change.files.some(({ path }) => isCode(path)) && wanted.length === 0)
    return { judges: new Set(), programs: new Map(), isOnlyTheirs: false };
  const base: BaseFiles = { read: before, list: paths };
  const others = await commandText([plan.build, plan.typeCheck, plan.lint], before);
  const ofTests = await commandText([plan.test], before);
  const text = `${others}\n${ofTests}`;
  const programs = new Map<string, ProductProgram>();
  const waiting: string[] = configurations.flatMap(([tool, names]) => (tool.test(text) ? names : []));
  let doesMore = false;
  const take = async (script: string, { from = '.', isOfTests = true, commands = script } = {}): Promise<void> => {
    const called = await productsIn(callsIn(script, from), base, isOfTests && !comparing.test(script));
    for (const program of called) programs.set(program.path, joined(programs.get(program.path), program));
    if (isOfTests) doesMore ||= commandsOf(commands).some((words) => !isFollowed(words) && !called.some(({ path }) => runs(words, path)));
    const isCalled = (path: string): boolean => called.some((program) => endings.some((ending) => path + ending === program.path));
    waiting.push(...namedFiles(script, from).filter((path) => !isCalled(path)));
  };
  await take(others, { isOfTests: false });
  await take(ofTests);
  for (const { script, folder } of await inPackages(wanted, text, before)) await take(script, { from: folder });
  const seen = new Set<string>();
  for (let next = waiting.shift(); next !== undefined && seen.size < mostFiles; next = waiting.shift()) {
    if (seen.has(next) || programs.has(next)) continue;
    seen.add(next);
    const file = await before(next);
    if (file === undefined) continue;
    const script = scriptOf(next, file, plan);
    if (script === undefined) waiting.push(...leadsTo(next, file));
    // Of a Makefile only recipes are run; its variables name files.
    else await take(script, isMakefile(next) ? { commands: script.replace(/^(?!\t).*$/gm, '') } : {});
  }
  const judges = new Set([...seen].flatMap((path) => endings.map((ending) => path + ending)));
  const isJudge = (path: string): boolean => !programs.has(path) && (judges.has(path) || (programs.size > 0 && selfTests.test(path)));
  return { judges: new Set(wanted.filter(isJudge)), programs, isOnlyTheirs: programs.size > 0 && !doesMore };
}

/** Modules by which programs test themselves. */
const selfTests = /(?:^|\/)self[-_]?(?:tests?|checks?)(?:[-_.][^/]*|\/.*)$/i;

/** Whether a command calls the program at this path. */
function runs(words: readonly string[], path: string): boolean {
  const calls = callsIn(words.join(' '));
  return calls.some(({ paths }) => paths.some((one) => one === '.' || endings.some((ending) => path.endsWith(one + ending))));
}

async function productsIn(calls: readonly Call[], base: BaseFiles, isBelieved: boolean): Promise<readonly ProductProgram[]> {
  const found = await Promise.all(
    calls.map(async ({ paths, options, hasInput }): Promise<ProductProgram[]> => {
      const path = await firstOf(paths, base);
      if (path === undefined || !(await isProduct(path, base))) return [];
      return [{ path, options: hasInput ? [] : options, isBelieved }];
    }),
  );
  return found.flat();
}

/** The file that is meant; of a folder what Node runs there. */
async function firstOf(paths: readonly string[], { read }: BaseFiles): Promise<string | undefined> {
  for (const path of paths.flatMap((one) => (one === '.' ? ['index.js', 'index.mjs', 'index.cjs'] : endings.map((ending) => one + ending))))
    if ((await read(path)) !== undefined) return path;
  return undefined;
}

function joined(one: ProductProgram | undefined, other: ProductProgram): ProductProgram {
  if (one === undefined) return other;
  return { ...other, options: [...new Set([...one.options, ...other.options])], isBelieved: one.isBelieved || other.isBelieved };
}

async function commandText(checks: readonly (CheckCommand | undefined)[], before: ReadFile): Promise<string> {
  const scripts = scriptsOf(await before('package.json'));
  const commands = checks.flatMap((command) => command ?? []);
  return commands.map(({ command }) => expandCommand(scripts, command.join(' '))).join('\n');
}

/** What a file that takes part in judging makes take part as well. */
function leadsTo(path: string, text: string): string[] {
  const isConfiguration = /\.(?:json[c5]?|ya?ml)$|(?:^|\/)\.[^/]*rc(?:\.[^/]*)?$|\.config\.[^/]*$/.test(path);
  return [...(isConfiguration ? filesInConfiguration(text, posix.dirname(path)) : []), ...importsBeside(text, path)];
}

const intoPackages = /\bcd\s|--prefix\b|--cwd\b|-C\s|--workspaces?\b|-ws?\b|--filter\b|--recursive\b|-r\b|\b(?:lerna|turbo|nx|wsrun)\b/;

/** What the scripts of the packages around the changed files amount to, where the commands lead into packages. */
async function inPackages(
  changed: readonly string[],
  text: string,
  before: ReadFile,
): Promise<readonly { readonly script: string; readonly folder: string }[]> {
  if (!intoPackages.test(text)) return [];
  const folders = new Set(changed.flatMap((path) => foldersAround(path)));
  const named = await Promise.all(
    [...folders].map(async (folder) => {
      const scripts = scriptsOf(await before(`${folder}/package.json`));
      return checkScripts.map((name) => ({ script: expandCommand(scripts, `npm run ${name}`), folder }));
    }),
  );
  return named.flat();
}

const checkScripts = ['build', 'typecheck', 'type-check', 'test', 'lint'] as const;

function foldersAround(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
