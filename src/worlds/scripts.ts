import { Failure } from '../domain/failure.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import { tail } from '../ports/command-evidence.ts';
import type { ProcessResult, ProcessRunner } from '../ports/process.ts';
import { addedPaths, filesIn } from './added-paths.ts';

export interface ScriptRequest {
  /** Handed to `sh -c`; undefined where none is configured. */
  readonly command: string | undefined;
  /** In whose checkout it runs. */
  readonly folder: Pick<WorldFolder, 'tree'>;
  /** The whole environment of the world's programs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Everything it prints is kept there. */
  readonly logFile?: string;
  readonly signal?: AbortSignal;
}

interface ScriptTools {
  /** Of the world. */
  readonly process: ProcessRunner;
}

const teardownAfterCancelMs = 30_000;

/** Lines of the output that a message holds. */
const shownLines = 5;

/**
 * Makes a checkout ready by `worlds.setup`, before anything else runs there.
 * @returns what it added to the checkout, as a harvest leaves it out: from the top, with a slash at the beginning.
 * @throws Failure (failed) when it does not end well, with its exit code and last lines.
 */
export async function runSetup(tools: ScriptTools, request: ScriptRequest): Promise<readonly string[]> {
  if (request.command === undefined) return [];
  const { tree } = request.folder;
  const before = await filesIn(tree);
  const problem = await runScript(tools, request);
  request.signal?.throwIfAborted();
  if (problem === undefined) return (await addedPaths(tree, before)).map((path) => `/${path}`);
  throw new Failure(
    'failed',
    {
      what: `The checkout could not be set up with \`${problem.command}\`.`,
      why: problem.why,
      fix: 'Run it in a fresh clone of the repository; mend it, or change `worlds.setup`.',
    },
    { facts: { command: problem.command, ...problem.facts } },
  );
}

/**
 * Runs `worlds.teardown` before a checkout is removed, however the world ended: one that was cancelled has something to take down
 * too, and shortly.
 * @returns a sentence when it did not end well.
 */
export async function runTeardown(tools: ScriptTools, request: ScriptRequest): Promise<string | undefined> {
  const { signal, ...rest } = request;
  const late = { ...rest, timeoutMs: Math.min(rest.timeoutMs, teardownAfterCancelMs) };
  const problem = await runScript(tools, signal?.aborted === true ? late : request);
  return problem === undefined ? undefined : `\`${problem.command}\` (worlds.teardown) did not end well. ${problem.why}`;
}

interface Problem {
  readonly command: string;
  readonly why: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

async function runScript(tools: ScriptTools, request: ScriptRequest): Promise<Problem | undefined> {
  const { command } = request;
  if (command === undefined) return undefined;
  const result = await tools.process.run({
    command: ['sh', '-c', command],
    cwd: request.folder.tree,
    env: request.environment,
    timeoutMs: request.timeoutMs,
    keepBytes: 64 * 1024,
    ...(request.logFile === undefined ? {} : { logFile: request.logFile }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  if (result.end.kind === 'exited' && result.end.code === 0) return undefined;
  return { command, why: whyOf(result, request.logFile), facts: { end: result.end, output: tail(result) } };
}

function whyOf(result: ProcessResult, logFile: string | undefined): string {
  const code = result.end.kind === 'exited' ? [`It ended with exit code ${result.end.code}.`] : [];
  const last = tail(result)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-shownLines);
  return [...code, ...(last.length === 0 ? [] : [last.join('\n')]), ...(logFile === undefined ? [] : [`All of it: ${logFile}.`])].join(' ');
}
