import type { TestRunner } from '../../domain/checks.ts';

/**
 * Two small programs that are written beside the reports and loaded by the target's own Node through
 * `NODE_OPTIONS`. They are kept as text because the target may run a Node that knows no TypeScript.
 *
 * Why not arguments after `npm test --`: they reach only the last command of a script, and only at its end.
 * Why a reporter of our own for node:test: its JUnit reporter names no files before Node 24, writes nothing
 * until the end, and one fixed destination is overwritten by the second runner of a script.
 *
 * Runners that a test starts must not report as if they were the project's: the first one that is found
 * leaves a mark in the environment of its children.
 */
export const reportMark = 'MIYABI_REPORTS';

/** Where a runner's reports lie in the report folder: `<prefix>-<pid>.<ending>`. */
export const reportPrefix = {
  'node:test': 'node-test',
  vitest: 'vitest',
  jest: 'jest',
  mocha: 'mocha',
} as const satisfies Partial<Record<TestRunner, string>>;

/** JSON lines, one for each test as it ends, and `{"end":true}` when the runner has told everything. */
export function nodeTestReporter(directory: string): string {
  return `import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = ${JSON.stringify(directory)};
const nested = process.env.${reportMark} !== undefined;
process.env.${reportMark} = '1';
const file = join(directory, '${reportPrefix['node:test']}-' + process.pid + '.jsonl');
// What a time limit breaks off is no failure of a test: the runner would tell it as one.
let brokenOff = false;
process.on('SIGTERM', () => {
  brokenOff = true;
  if (process.listenerCount('SIGTERM') === 1) process.exit(143);
});
const write = (line) => { if (!nested && !brokenOff) appendFileSync(file, JSON.stringify(line) + '\\n'); };

export default async function* report(source) {
  const open = new Map();
  write({ start: true });
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      const names = open.get(data.file) ?? [];
      names.length = data.nesting;
      names.push(data.name);
      open.set(data.file, names);
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const above = (open.get(data.file) ?? []).slice(0, data.nesting);
    const error = data.details?.error;
    write({
      names: [...above, data.name],
      file: data.file,
      suite: data.details?.type === 'suite',
      status: data.skip !== undefined || data.todo !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
      failureType: error?.failureType,
      message: error === undefined ? undefined : String(error.cause?.message ?? error.cause ?? error.message),
      durationMs: data.details?.duration_ms,
    });
  }
  write({ end: true });
  yield '';
}
`;
}

/** Adds the arguments that make vitest, jest, mocha, eslint and oxlint write what a machine can read. */
export function preload(directory: string): string {
  return `'use strict';
const { realpathSync } = require('node:fs');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const file = (name, ending) => join(${JSON.stringify(directory)}, name + '-' + process.pid + ending);
// What is added, and which of the script's own options it takes the place of. Without an 'instead', an own format is left alone.
const programs = [
  {
    program: /[\\\\/]vitest[\\\\/]vitest\\.mjs$/,
    instead: /^--(reporter|outputFile)(\\.\\w+)?$/,
    add: () => ['--reporter=default', '--reporter=json', '--outputFile.json=' + file('vitest', '.json')],
  },
  {
    program: /[\\\\/]jest(-cli)?[\\\\/]bin[\\\\/]jest\\.js$/,
    instead: /^--outputFile$/,
    add: () => ['--json', '--outputFile=' + file('jest', '.json')],
  },
  {
    program: /[\\\\/]mocha[\\\\/](bin[\\\\/]_?mocha(\\.js)?|lib[\\\\/]cli[\\\\/]cli\\.js)$/,
    instead: /^(--reporter|-R|--reporter-options?|-O)$/,
    add: () => ['--reporter', 'json', '--reporter-option', 'output=' + file('mocha', '.json')],
  },
  {
    program: /[\\\\/]eslint[\\\\/]bin[\\\\/]eslint\\.js$/,
    unless: /^(--format|-f|--output-file|-o)(=|$)/,
    add: () => ['--format', 'json', '--output-file', file('eslint', '.json')],
  },
  { program: /[\\\\/]oxlint[\\\\/]bin[\\\\/]oxlint$/, unless: /^(--format|-f)(=|$)/, add: () => ['--format=json'] },
];

const without = (args, option) =>
  args.filter((arg, index) => !option.test(arg.split('=')[0]) && !(index > 0 && !args[index - 1].includes('=') && option.test(args[index - 1])));

if (isMainThread && process.env.${reportMark} === undefined && process.argv[1] !== undefined) {
  let main = process.argv[1];
  try {
    main = realpathSync(main);
  } catch {
    // A name without its ending, such as \`node test\`: none of the programs above is started that way.
  }
  const found = programs.find(({ program }) => program.test(main));
  if (found !== undefined) {
    process.env.${reportMark} = '1';
    const given = process.argv.slice(2);
    const separator = given.includes('--') ? given.indexOf('--') : given.length;
    const own = given.slice(0, separator);
    if (found.unless === undefined || !own.some((arg) => found.unless.test(arg))) {
      const kept = found.instead === undefined ? own : without(own, found.instead);
      process.argv.splice(2, given.length, ...kept, ...found.add(), ...given.slice(separator));
    }
  }
}
`;
}

/**
 * `NODE_OPTIONS` that load both programs.
 *
 * Node adds the reporters of its command line to those of `NODE_OPTIONS` and refuses unless each has one
 * destination, so what the script itself asks for has to be known.
 */
export function nodeOptions(request: {
  readonly existing: string | undefined;
  readonly script: string;
  readonly preloadPath: string;
  /** `file:` address. */
  readonly reporterUrl: string;
  readonly unusedPath: string;
  /** Without it only the programs that {@link preload} knows report. */
  readonly nodeTest: boolean;
}): string {
  const loaded = `--require=${quoted(request.preloadPath)}`;
  const existing = request.existing === undefined ? [] : [request.existing];
  if (!request.nodeTest) return [...existing, loaded].join(' ');
  const script = request.script;
  const ownReporter = /--test-reporter(?!-destination)\b/.test(script);
  const ownDestination = /--test-reporter-destination\b/.test(script);
  const options = [loaded, `--test-reporter=${quoted(request.reporterUrl)}`];
  options.push(`--test-reporter-destination=${quoted(request.unusedPath)}`);
  if (!ownReporter) options.push('--test-reporter=spec');
  if (!ownDestination) options.push('--test-reporter-destination=stdout');
  return [...existing, ...options].join(' ');
}

/** Node reads double quotes and backslashes in `NODE_OPTIONS` and splits at spaces. */
function quoted(text: string): string {
  return /[\s"\\]/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text;
}
