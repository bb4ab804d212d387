import { basename, dirname } from 'node:path/posix';
import type { ChecksPlan, TestCommand, TestRunner } from '../../../domain/checks.ts';
import { wordsOf } from './script-words.ts';

/** How only some files of tests are run. */
export interface Narrowed {
  readonly plan: ChecksPlan;
  /** All tests are run, as it is not known how these alone would be: only their cases are read. */
  readonly isWhole: boolean;
}

/** How the arguments of one runner are read. */
interface Shape {
  /** The last word that belongs to the program itself; -1 where the command does not start it. */
  readonly program: (words: readonly string[]) => number;
  /** Options that take the next word. */
  readonly withValue: RegExp;
  /** Options that choose tests by themselves, left out with their value. */
  readonly choosing?: RegExp;
  /** Words behind the program that are no tests, and stay. */
  readonly verb?: RegExp;
  /** @returns what is added for these files; undefined where they cannot be run alone. */
  readonly add: (run: readonly string[]) => readonly string[] | undefined;
}

const namedLast =
  (pattern: RegExp) =>
  (words: readonly string[]): number =>
    words.findIndex((word) => pattern.test(basename(word)));

/** The place of `-m name` in `python3 -m name`. */
const module =
  (name: string) =>
  (words: readonly string[]): number =>
    words.findIndex((word, index) => word === name && words[index - 1] === '-m');

const shapes: Partial<Readonly<Record<TestRunner, Shape>>> = {
  'node:test': {
    program: namedLast(/^(?:node|tsx)$/),
    withValue:
      /^(?:--import|--require|-r|--loader|--experimental-loader|--conditions|-C|--env-file|--env-file-if-exists|--test-reporter|--test-reporter-destination|--test-concurrency|--test-timeout|--test-coverage-(?:include|exclude|lines|branches|functions)|--tsconfig|--disable-warning|--max-old-space-size)$/,
    choosing: /^--test-(?:name-pattern|skip-pattern|only|shard)$/,
    add: (run) => run,
  },
  vitest: {
    program: namedLast(/^vitest$/),
    withValue:
      /^(?:--config|-c|--root|-r|--dir|--reporter|--project|--environment|--pool|--mode|--maxWorkers|--minWorkers|--testTimeout|--hookTimeout|--bail|--retry|--outputFile|--exclude|--workspace)$/,
    choosing: /^(?:-t|--testNamePattern|--shard|--changed)$/,
    verb: /^(?:run|watch|dev)$/,
    add: (run) => run,
  },
  jest: {
    program: namedLast(/^jest(?:\.js)?$/),
    withValue: /^(?:--config|-c|--rootDir|--maxWorkers|-w|--env|--testTimeout|--reporters|--coverageDirectory|--setupFiles|--projects)$/,
    choosing: /^(?:-t|--testNamePattern|--testPathPatterns?|--shard|-o|--onlyChanged|--findRelatedTests|--runTestsByPath)$/,
    add: (run) => ['--runTestsByPath', ...run],
  },
  mocha: {
    program: namedLast(/^_?mocha$/),
    withValue:
      /^(?:--require|-r|--import|--loader|--config|--package|--opts|--timeout|-t|--slow|-s|--reporter|-R|--reporter-options?|-O|--ui|-u|--extension|--file|--jobs|-j|--retries|--node-option|-n|--ignore|--exclude)$/,
    choosing: /^(?:--spec|--grep|-g|--fgrep|-f)$/,
    add: (run) => run,
  },
  ava: {
    program: namedLast(/^ava$/),
    withValue: /^(?:--config|--timeout|-T|--concurrency|-c|--node-arguments)$/,
    choosing: /^(?:--match|-m)$/,
    add: (run) => run,
  },
  tap: {
    program: namedLast(/^tape$/),
    withValue: /^(?:--require|-r|--import|--ignore|-i|--ignore-pattern)$/,
    add: (run) => run,
  },
  pytest: {
    program: (words) => Math.max(module('pytest')(words), namedLast(/^(?:pytest|py\.test)$/)(words)),
    withValue:
      /^(?:-c|-p|-o|-n|-W|-r|--rootdir|--junitxml|--cov-config|--cov-report|--confcutdir|--import-mode|--maxfail|--timeout|--tb|--ignore)$/,
    choosing: /^(?:-k|-m|--deselect|--last-failed|--lf|--pyargs)$/,
    add: (run) => run,
  },
  unittest: {
    program: module('unittest'),
    withValue: /^$/,
    choosing: /^-k$/,
    // With `discover` a folder of its own becomes the top of what is imported.
    add: (run) => run,
  },
  go: {
    program: (words) => (basename(words[0] ?? '') === 'go' && words[1] === 'test' ? 1 : -1),
    withValue: /^(?:-tags|-timeout|-coverpkg|-coverprofile|-p|-parallel|-cpu|-ldflags|-gcflags|-mod)$/,
    choosing: /^(?:-run|-skip|-bench)$/,
    add: (run) => [...new Set(run.map((path) => (dirname(path) === '.' ? '.' : `./${dirname(path)}`)))],
  },
  cargo: {
    program: (words) => (basename(words[0] ?? '') === 'cargo' && words[1] === 'test' ? 1 : -1),
    withValue: /^(?:--features|-F|--package|-p|--manifest-path|--profile|--target|--target-dir|--jobs|-j|--exclude|--message-format)$/,
    choosing: /^(?:--test|--bin|--example|--bench|--lib|--bins|--tests|--examples|--benches|--all-targets|--doc)$/,
    add: (run) => {
      const names = run.map((path) => /(?:^|\/)tests\/([\w-]+)\.rs$/.exec(path)?.[1]);
      return names.every((name) => name !== undefined) ? names.flatMap((name) => ['--test', name ?? '']) : undefined;
    },
  },
  maven: {
    program: namedLast(/^mvnw?$/),
    withValue: /^(?:-f|--file|-pl|--projects|-P|--activate-profiles|-s|--settings|-T|--threads|-rf)$/,
    verb: /./,
    add: (run) => [
      `-Dtest=${run.map((path) => classOf(path).split('.').at(-1)).join(',')}`,
      '-DfailIfNoTests=false',
      '-Dsurefire.failIfNoSpecifiedTests=false',
    ],
  },
  gradle: {
    program: namedLast(/^gradlew?$/),
    withValue: /^(?:--init-script|-I|-b|-p|--project-dir|-g|--exclude-task|-x|--console|--max-workers)$/,
    choosing: /^--tests$/,
    verb: /./,
    add: (run) => run.flatMap((path) => ['--tests', classOf(path)]),
  },
};

/** `src/test/java/com/x/FooTest.java` is the class `com.x.FooTest`. */
export function classOf(path: string): string {
  const below = /(?:^|\/)src\/\w+\/(?:java|kotlin|groovy)\/(.+)$/.exec(path)?.[1] ?? basename(path);
  return below.replace(/\.\w+$/, '').replaceAll('/', '.');
}

/**
 * The plan with a test command that runs these files alone: the options of the project's own command are kept, and what it says about which
 * tests to run is replaced. A command that is more than one program, or of a runner that is not known, is left as it is.
 */
export function narrowed(plan: ChecksPlan, run: readonly string[]): Narrowed {
  const whole: Narrowed = { plan, isWhole: true };
  const { test } = plan;
  const shape = test === undefined ? undefined : shapes[test.runner];
  if (test === undefined || shape === undefined || run.some((path) => path.startsWith('-'))) return whole;
  const script = scriptOf(test);
  if (script === undefined) {
    const words = wordsFor(
      shape,
      test.command.map((text) => ({ text, raw: text })),
      run,
    );
    if (words === undefined || test.script !== undefined) return whole;
    const [program = '', ...rest] = words;
    return { plan: { ...plan, test: { ...test, command: [program, ...rest], shown: words.join(' ') } }, isWhole: false };
  }
  const parsed = wordsOf(script);
  const words = parsed === undefined ? undefined : wordsFor(shape, parsed, run.map(quoted));
  if (words === undefined) return whole;
  const text = words.join(' ');
  const command = ['sh', '-c', `PATH="$PWD/node_modules/.bin:$PATH"; export PATH; ${text}`] as const;
  return { plan: { ...plan, test: { ...test, command, shown: text, script: text } }, isWhole: false };
}

const managers = /^(?:npm|pnpm|yarn|bun|corepack)$/;
const onlyCalls = /^(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+)?[\w:.-]+$/;

/**
 * The one script that a command amounts to, where a package manager runs it. Scripts that only call another stand for that.
 *
 * @returns undefined where the command is not run by a package manager; empty where there are several.
 */
function scriptOf({ command, script }: TestCommand): string | undefined {
  if (!managers.test(basename(command[0]))) return script === command.join(' ') || script === undefined ? undefined : script;
  const lines = (script ?? '').split('\n').filter((line) => !onlyCalls.test(line.trim()));
  return lines.length === 1 ? lines[0] : '';
}

function wordsFor(
  shape: Shape,
  words: readonly { readonly text: string; readonly raw: string }[],
  run: readonly string[],
): readonly string[] | undefined {
  const program = shape.program(words.map(({ text }) => text));
  const added = shape.add(run);
  if (program < 0 || added === undefined) return undefined;
  const kept = words.slice(0, program + 1).map(({ raw }) => raw);
  const rest = words.slice(program + 1);
  const verbs: string[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    const { text, raw } = rest[index] ?? { text: '', raw: '' };
    const next = rest[index + 1];
    const takesNext = next !== undefined && !next.text.startsWith('-');
    const [option = ''] = text.split('=');
    if (text === '--') break;
    if (!text.startsWith('-')) {
      if (text === 'discover') return undefined;
      if (shape.verb?.test(text) === true) verbs.push(raw);
    } else if (shape.choosing?.test(option) === true) {
      if (takesNext && !text.includes('=')) index += 1;
    } else if (
      shape.withValue.test(text) ||
      (takesNext && !text.includes('=') && isPlainWord(next.text) && shape.verb?.test(next.text) !== true)
    ) {
      verbs.push(raw, ...(next === undefined ? [] : [next.raw]));
      index += 1;
    } else verbs.push(raw);
  }
  return [...kept, ...verbs, ...added];
}

/** What stands behind an option that is not known is its value, unless it looks like files. */
function isPlainWord(text: string): boolean {
  return !/[/*.]|^(?:tests?|specs?|src|lib|dist|build|packages|e2e|__tests__)$/.test(text);
}

function quoted(path: string): string {
  return /^[\w@%+:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
