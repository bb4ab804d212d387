import { posix } from 'node:path';
import type { ChecksPlan } from '../../domain/checks.ts';
import { expandCommand } from '../checks/runner.ts';
import { isTestFile } from './files.ts';
import { scriptsOf } from './manifest.ts';
import { filesInConfiguration, importsBeside, namedFiles } from './named.ts';

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

/**
 * Which of these files of the base take part in judging: what the commands of the plan run, load or are configured by, directly or
 * through shell scripts, configurations and modules beside a program. Files of tests are judged by what stands in them instead.
 *
 * @param changed paths at the base of files that a change touches.
 */
export async function judgesAmong(changed: readonly string[], plan: ChecksPlan, before: ReadFile): Promise<ReadonlySet<string>> {
  const wanted = changed.filter((path) => !isTestFile(path) && posix.basename(path) !== 'package.json');
  if (wanted.length === 0) return new Set();
  const text = await commandText(plan, before);
  const waiting = [...namedFiles(text), ...configurations.flatMap(([tool, names]) => (tool.test(text) ? names : []))];
  waiting.push(...(await inPackages(wanted, text, before)));
  const seen = new Set<string>();
  for (let next = waiting.shift(); next !== undefined && seen.size < mostFiles; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(await leadsTo(next, before)));
  }
  const judges = new Set([...seen].flatMap((path) => endings.map((ending) => path + ending)));
  return new Set(wanted.filter((path) => judges.has(path)));
}

async function commandText(plan: ChecksPlan, before: ReadFile): Promise<string> {
  const scripts = scriptsOf(await before('package.json'));
  const commands = [plan.build, plan.typeCheck, plan.test, plan.lint].flatMap((command) => command ?? []);
  return commands.map(({ command }) => expandCommand(scripts, command.join(' '))).join('\n');
}

/** What a file that takes part in judging makes take part as well. */
async function leadsTo(path: string, before: ReadFile): Promise<string[]> {
  const text = await before(path);
  if (text === undefined) return [];
  const folder = posix.dirname(path);
  if (/\.(?:sh|bash)$|(?:^|\/)(?:GNU)?[Mm]akefile$/.test(path) || /^#!.*\b(?:ba|z|da)?sh\b/.test(text)) return namedFiles(text);
  const isConfiguration = /\.(?:json[c5]?|ya?ml)$|(?:^|\/)\.[^/]*rc(?:\.[^/]*)?$|\.config\.[^/]*$/.test(path);
  return [...(isConfiguration ? filesInConfiguration(text, folder) : []), ...importsBeside(text, path)];
}

const intoPackages = /\bcd\s|--prefix\b|--cwd\b|-C\s|--workspaces?\b|-ws?\b|--filter\b|--recursive\b|-r\b|\b(?:lerna|turbo|nx|wsrun)\b/;

/** What the scripts of the packages around the changed files name, where the commands lead into packages. */
async function inPackages(changed: readonly string[], text: string, before: ReadFile): Promise<string[]> {
  if (!intoPackages.test(text)) return [];
  const folders = new Set(changed.flatMap((path) => foldersAround(path)));
  const named = await Promise.all(
    [...folders].map(async (folder) => {
      const scripts = scriptsOf(await before(`${folder}/package.json`));
      return checkScripts.flatMap((name) => namedFiles(expandCommand(scripts, `npm run ${name}`), folder));
    }),
  );
  return named.flat();
}

const checkScripts = ['build', 'typecheck', 'type-check', 'test', 'lint'] as const;

function foldersAround(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
