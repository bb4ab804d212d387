/**
 * Two small programs, `hooks/preload.cjs` and `hooks/reporter.mjs`, are loaded by the target's own Node through `NODE_OPTIONS`. They
 * are JavaScript because the target may run a Node that knows no TypeScript, and lie among our own code because a world's programs
 * may only read that.
 *
 * Why not arguments after `npm test --`: they reach only the last command of a script, and only at its end.
 * Why a reporter of our own for node:test: its JUnit reporter names no files before Node 24, writes nothing
 * until the end, and one fixed destination is overwritten by the second runner of a script.
 *
 * Runners that a test starts must not report as if they were the project's: the first one that is found
 * leaves a mark in the environment of its children, `MIYABI_REPORTS`.
 */
import { fileURLToPath } from 'node:url';

const preloadPath = fileURLToPath(new URL('./hooks/preload.cjs', import.meta.url));
const reporterUrl = new URL('./hooks/reporter.mjs', import.meta.url).href;

/**
 * `NODE_OPTIONS` that load both programs. The prefix is told as the name of a condition that no package has, because runners of tasks
 * that keep back variables they do not know leave this one alone, and threads of the target's refuse most other options in it.
 *
 * Node adds the reporters of its command line to those of `NODE_OPTIONS` and refuses unless each has one
 * destination, so what the script itself asks for has to be known.
 */
export function nodeOptions(request: {
  readonly existing: string | undefined;
  readonly script: string;
  /** Absolute; how the path of each file of the run begins: `<prefix><runner>-<pid>.<ending>`. */
  readonly prefix: string;
  /** Without it only the programs that `preload.cjs` knows report. */
  readonly nodeTest: boolean;
}): string {
  const loaded = `--require=${quoted(preloadPath)} --conditions=miyabi-reports:${encodeURIComponent(request.prefix)}`;
  const existing = request.existing === undefined ? [] : [request.existing];
  if (!request.nodeTest) return [...existing, loaded].join(' ');
  const script = request.script;
  const ownReporter = /--test-reporter(?!-destination)\b/.test(script);
  const ownDestination = /--test-reporter-destination\b/.test(script);
  const options = [loaded, `--test-reporter=${quoted(reporterUrl)}`];
  options.push(`--test-reporter-destination=${quoted(`${request.prefix}unused`)}`);
  if (!ownReporter) options.push('--test-reporter=spec');
  if (!ownDestination) options.push('--test-reporter-destination=stdout');
  return [...existing, ...options].join(' ');
}

/** Node reads double quotes and backslashes in `NODE_OPTIONS` and splits at spaces. */
function quoted(text: string): string {
  return /[\s"\\]/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text;
}
