import { posix } from 'node:path';
import { commandsOf } from '../checks/shell-words.ts';
import { tellsToTest } from './own/options.ts';

const wrappers = new Set([
  'cross-env',
  'env',
  'npx',
  'exec',
  'time',
  'nyc',
  'c8',
  'dotenv',
  'command',
  'bunx',
  'then',
  'do',
  'if',
  '!',
  '{',
]);
const interpreters = new Set([
  'node',
  'nodejs',
  'bun',
  'deno',
  'tsx',
  'ts-node',
  'babel-node',
  'bash',
  'sh',
  'dash',
  'zsh',
  'source',
  '.',
  'python',
  'python3',
  'make',
  'zx',
  'ruby',
  'perl',
  'php',
  'lua',
]);
/** Options after which a file follows that takes part in the judging. */
const fileOption =
  /^(?:-r|-c|-p|-f|--(?:require|import|loader|experimental-loader|config|configuration|config-path|project|tsconfig|build|setupFiles\w*|setup-files|globalSetup|globalTeardown|ignore-path|ignore-file|env-file|env-file-if-exists|reporter|reporters|test-reporter|test-global-setup|testEnvironment|environment|resolver|transform|runner|rulesdir|file|makefile|format|plugin))$/;
/** Files that are data for a check wherever they stand in its command, unless it only moves or formats them. */
const dataFile = /\.(?:sh|bash|jsonc?|json5|ya?ml|toml|ini|txt|snap|xml)$/;
const movers = new Set(['cp', 'mv', 'rm', 'mkdir', 'touch', 'echo', 'cat', 'prettier', 'copyfiles', 'cpx', 'rimraf', 'shx', 'cpy', 'ncp']);

/**
 * Paths that a script names as what judges: programs it runs, files it loads or is configured by, data it compares with. Source files
 * that it only looks at (`eslint src/a.js`, `node --check a.js`, `sh -n a.sh`) are what is judged, and not among them.
 *
 * @param from the folder it runs in, relative to the top of the repository.
 * @returns paths relative to the top, with or without their extension.
 */
export function namedFiles(text: string, from = '.'): string[] {
  const folders = [from];
  return commandsOf(text).flatMap((command) => {
    const words = command.slice(firstWord(command));
    if (words[0] === 'cd' && words[1] !== undefined) folders.push(posix.join(from, words[1]));
    return judging(words).flatMap((word) => folders.flatMap((folder) => inside(posix.join(folder, word))));
  });
}

/** A program of the repository that a script calls. */
export interface Call {
  /** Relative to the top, as it is written: without its ending, say. Of `python -m a.b` the places at which it may lie. */
  readonly paths: readonly string[];
  /** With which it is told to test itself. */
  readonly options: readonly string[];
  /** Whether it is given something to work on, too. */
  readonly hasInput: boolean;
}

/** The programs that a script calls by itself or through an interpreter, not those that it only looks at. */
export function callsIn(text: string, from = '.'): Call[] {
  const folders = [from];
  return commandsOf(text).flatMap((command): Call[] => {
    const words = command.slice(firstWord(command));
    if (words[0] === 'cd' && words[1] !== undefined) folders.push(posix.join(from, words[1]));
    const called = calledBy(words);
    if (called === undefined) return [];
    const paths = called.names.flatMap((name) => folders.flatMap((folder) => (name === '.' ? [folder] : inside(posix.join(folder, name)))));
    const given = called.given.slice(
      0,
      indexOr(called.given, (word) => /^\d?[<>]/.test(word)),
    );
    const options = given.filter(tellsToTest);
    return [{ paths, options, hasInput: given.some((word) => !word.startsWith('-') && !tellsToTest(word)) }];
  });
}

function calledBy(words: readonly string[]): { readonly names: readonly string[]; readonly given: readonly string[] } | undefined {
  const [program = ''] = words;
  if (movers.has(program) || onlyLooks(words)) return undefined;
  if (isProgram(program)) return { names: [program], given: words.slice(1) };
  const built = builtFrom(words);
  if (built !== undefined) return built;
  const at = words.findIndex(isInterpreter);
  if (at === -1 || words[at] === 'make') return undefined;
  const rest = words.slice(at + 1);
  return runIn(rest);
}

/** What an interpreter runs, the first word that is no option and no option's value, and what it hands over to it. */
function runIn(words: readonly string[]): { readonly names: readonly string[]; readonly given: readonly string[] } | undefined {
  const run = words.findIndex((word, index) => !word.startsWith('-') && word !== 'run' && !fileOption.test(words[index - 1] ?? ''));
  const word = words[run];
  if (word === undefined) return undefined;
  return { names: words[run - 1] === '-m' ? placesOfModule(word) : [word], given: words.slice(run + 1) };
}

/** What `go run` and its kin build before they run it. */
function builtFrom([program, run, ...rest]: readonly string[]):
  | { readonly names: readonly string[]; readonly given: readonly string[] }
  | undefined {
  if (run !== 'run') return undefined;
  const [first = '.'] = rest;
  const given = rest.includes('--') ? rest.slice(rest.indexOf('--') + 1) : rest.slice(1);
  const valueOf = (option: string): string | undefined => rest[rest.indexOf(option) + 1];
  switch (program) {
    case 'go':
      return { names: first.endsWith('.go') ? [first] : [`${first}/main.go`], given };
    case 'cargo':
      return { names: rest.includes('--bin') ? [`src/bin/${valueOf('--bin') ?? ''}.rs`, 'src/main.rs'] : ['src/main.rs'], given };
    case 'dotnet':
      return { names: [rest.includes('--project') ? `${valueOf('--project') ?? ''}/Program.cs` : 'Program.cs'], given };
    default:
      return undefined;
  }
}

/** Where Python looks for what `-m` names. */
function placesOfModule(name: string): string[] {
  const path = name.replaceAll('.', '/');
  return ['', 'src/'].flatMap((folder) => [`${folder}${path}.py`, `${folder}${path}/__main__.py`]);
}

function indexOr(words: readonly string[], is: (word: string) => boolean): number {
  const at = words.findIndex(is);
  return at === -1 ? words.length : at;
}

function isProgram(word: string): boolean {
  return word.includes('/') || /\.(?:[cm]?[jt]s|sh|bash|py)$/.test(word);
}

function isInterpreter(word: string): boolean {
  return interpreters.has(word) || /^(?:python|pypy)[\d.]*$/.test(word);
}

function firstWord(words: readonly string[]): number {
  const at = words.findIndex((word) => !wrappers.has(word) && !/^\w+=/.test(word));
  return at === -1 ? words.length : at;
}

function judging(words: readonly string[]): string[] {
  const [program, ...rest] = words;
  if (program === undefined) return [];
  const found = isProgram(program) ? [program] : [];
  if (movers.has(program) || onlyLooks(words)) return found;
  // Where an interpreter stands further back (`npm exec -- node check.js`), it runs what follows it.
  const at = words.findIndex(isInterpreter);
  if (at !== -1) found.push(...runBy(words.slice(at)));
  for (const [index, word] of rest.entries()) {
    const [option = '', value] = word.startsWith('-') && word.includes('=') ? word.split('=', 2) : [word];
    if (fileOption.test(option)) found.push(value ?? rest[index + 1] ?? '');
    else if (dataFile.test(word) && !word.startsWith('-')) found.push(word);
  }
  return found.filter((word) => word !== '' && !word.startsWith('-'));
}

/** What an interpreter runs. */
function runBy([program = '', ...words]: readonly string[]): string[] {
  if (onlyLooks([program, ...words])) return [];
  if (program === 'make') return ['Makefile', 'makefile', 'GNUmakefile'];
  return [...(runIn(words)?.names ?? [])];
}

/** Whether a program runs nothing of the files it is given. Options behind a file are that file's own: `node check.js --check` runs it. */
function onlyLooks([program = '', ...words]: readonly string[]): boolean {
  if (program === 'shellcheck') return true;
  const first = words.findIndex((word) => !word.startsWith('-'));
  const options = first === -1 ? words : words.slice(0, first);
  if (program === 'node') return options.some((option) => option === '--check' || option === '-c');
  return /^(?:ba|da|z)?sh$/.test(program) && options.includes('-n');
}

/** A path that lies within the repository. */
export function inside(path: string): string[] {
  return posix.isAbsolute(path) || path === '.' || path === '..' || path.startsWith('../') ? [] : [path];
}
