/**
 * Small programs in `hooks/` are loaded by the target's own Node through `NODE_OPTIONS`. They are JavaScript because the target may run
 * a Node that knows no TypeScript, and lie among our own code because a world's programs may only read that.
 *
 * Why not arguments after `npm test --`: they reach only the last command of a script, and only at its end.
 * Why a reporter of our own for node:test: its JUnit reporter names no files before Node 24, writes nothing
 * until the end, and one fixed destination is overwritten by the second runner of a script.
 *
 * Runners that a test starts must not report as if they were the project's, and code under test should not know where the report lies:
 * the first runner that is found takes what is told here out of the environment that its children get.
 */
import { fileURLToPath } from 'node:url';

const preloadPath = fileURLToPath(new URL('./hooks/preload.cjs', import.meta.url));
const coveragePath = fileURLToPath(new URL('./hooks/coverage.cjs', import.meta.url));
const reporterUrl = new URL('./hooks/reporter.mjs', import.meta.url).href;

/**
 * `NODE_OPTIONS` that load the programs. What they are told is the name of a condition that no package has, because runners of tasks
 * that keep back variables they do not know leave this one alone, and threads of the target's refuse most other options in it. All of it
 * is one piece from `miyabi-reports` to `miyabi-end`, so that it can be taken out as one.
 *
 * Node adds the reporters of its command line to those of `NODE_OPTIONS` and refuses unless each has one
 * destination, so what the script itself asks for has to be known.
 */
export function nodeOptions(request: {
  readonly existing: string | undefined;
  readonly script: string;
  /** Absolute; how the path of each file of the run begins: `<prefix><runner>-<pid>.<ending>`. */
  readonly prefix: string;
  /** What reports are sealed with, hexadecimal. */
  readonly key: string;
  /** Without it only the programs that `preload.cjs` knows report. */
  readonly nodeTest: boolean;
}): string {
  const { script, prefix, key, existing } = request;
  const options = [`--conditions=miyabi-reports:${encodeURIComponent(prefix)}:${key}`, `--require=${quoted(preloadPath)}`];
  if (request.nodeTest) {
    options.push(`--test-reporter=${quoted(reporterUrl)}`, '--test-reporter-destination=stderr');
    if (!/--test-reporter(?!-destination)\b/.test(script)) options.push('--test-reporter=spec');
    if (!/--test-reporter-destination\b/.test(script)) options.push('--test-reporter-destination=stdout');
  }
  return [...(existing === undefined ? [] : [existing]), ...options, '--conditions=miyabi-end'].join(' ');
}

/** What an environment variable of this length still holds on every system, characters. */
const mostTold = 60_000;

/**
 * `NODE_OPTIONS` that have every process of Node note what it runs, unlike the above also those that a runner starts.
 *
 * @param request.paths relative to `root`, a real path.
 * @returns undefined where these are too many to be told.
 */
export function coverageOptions(request: {
  readonly existing: string | undefined;
  readonly prefix: string;
  readonly root: string;
  readonly paths: readonly string[];
}): string | undefined {
  const { existing, prefix, root, paths } = request;
  const told = [prefix, JSON.stringify({ root, paths })].map(encodeURIComponent).join(':');
  if (told.length > mostTold) return undefined;
  return [...(existing === undefined ? [] : [existing]), `--conditions=miyabi-coverage:${told}`, `--require=${quoted(coveragePath)}`].join(
    ' ',
  );
}

/** Node reads double quotes and backslashes in `NODE_OPTIONS` and splits at spaces. */
function quoted(text: string): string {
  return /[\s"\\]/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text;
}
