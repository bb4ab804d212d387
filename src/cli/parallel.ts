import { exitCode, Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { groupsBesideRuns } from '../domain/job-groups.ts';
import { runAttributesSchema } from '../domain/run.ts';
import { readReport } from '../operations/read-report.ts';
import { runMany } from '../operations/run-many.ts';
import type { ManyRequest, RunUnderWay } from '../operations/run-many.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { GivenIssue } from '../operations/start-given.ts';
import { readGiven, startGiven } from './given-issue.ts';
import { oneLine } from './one-line.ts';
import { printFailure } from './print-failure.ts';
import type { RunOptions } from './run.ts';
import { flagsOf } from './run.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

export interface ParallelOptions extends RunOptions {
  /** With commas between them. */
  readonly issues: string;
  readonly concurrency: number;
}

/** `miyabi parallel`: several issues, so many at the same time. */
export async function parallel(shell: Shell, options: ParallelOptions): Promise<number> {
  const named = namesOf(options);
  const issues = await Promise.all(named.map(async (name) => ({ name, given: await readNamed(shell, name) })));
  // The name of a repository at a forge is part of the issues' names now; a folder is where files are worked on.
  const { repo, ...rest } = options;
  await using app = await shell.open(options, flagsOf(options));
  return await carryAll(shell, app.tools, options, {
    items: issues,
    nameOf: ({ name }) => name,
    begin: async ({ given }: { readonly given: GivenIssue }) =>
      await startGiven(shell, app.tools, given, { ...rest, ...(repo === undefined || given.kind === 'forge' ? {} : { repo }) }),
  });
}

/** `miyabi resume --all`: every run that was interrupted and that nobody carries. */
export async function resumeAll(
  shell: Shell,
  options: GlobalOptions & { readonly json?: boolean; readonly concurrency: number },
): Promise<number> {
  await using app = await shell.open(options);
  const open = await app.tools.engine.jobs({ open: true, exceptGroups: groupsBesideRuns, limit: 10_000 });
  const items = open.filter(({ carriedBy }) => carriedBy === undefined).toReversed();
  if (items.length === 0) shell.err('No run was interrupted.\n');
  return await carryAll(shell, app.tools, options, {
    items,
    nameOf: ({ title }) => title,
    begin: async ({ id, attributes }) => ({ jobId: id, attributes: runAttributesSchema.parse(attributes) }),
  });
}

/** `1,2,3` with `--repo owner/name`, or whatever `run` takes, where no comma is in it. @throws Failure (usage) for numbers of no repository. */
function namesOf({ issues, repo }: ParallelOptions): readonly string[] {
  const named = [...new Set(issues.split(',').map((name) => name.trim()))].filter((name) => name !== '');
  if (named.length === 0) throw usage('No issue is named.', 'There is nothing to run.');
  const isForge = repo !== undefined && /^(?:[a-z][a-z\d-]*:)?[\w.-]+\/[\w.-]+$/.test(repo);
  return named.map((name) => {
    if (!/^#?\d+$/.test(name)) return name;
    if (!isForge) throw usage(`${name} is a number without a repository.`, 'Numbers are those of issues at a forge.');
    return `${repo}#${name.replace('#', '')}`;
  });
}

/** A single word is a name that was mistyped: a run of its letters would be about nothing. */
async function readNamed(shell: Shell, name: string): Promise<GivenIssue> {
  const given = await readGiven(shell, name);
  if (given.kind === 'forge' || given.issue.origin.kind === 'file' || /\s/.test(name)) return given;
  throw usage(`${name} names no issue.`, 'It is neither the issue of a forge nor a file that exists.');
}

function usage(what: string, why: string): Failure {
  return new Failure('usage', {
    what,
    why,
    fix: 'For instance --issues 1,2,3 --repo owner/name, or --issues first.md,second.md for files.',
  });
}

interface All<Item> extends Pick<ManyRequest<Item>, 'items' | 'begin'> {
  readonly nameOf: (item: Item) => string;
}

interface CarryOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly concurrency: number;
}

/** A line for each run that begins and ends, or its report as JSON. @returns the code of the first that did not come to its end, in the order of the issues. */
async function carryAll<Item>(shell: Shell, tools: OperationTools, options: CarryOptions, all: All<Item>): Promise<number> {
  const codes = new Map<Item, number>();
  const interrupted: string[] = [];
  const stop = new AbortController();
  using _interrupt = shell.onInterrupt(() => {
    shell.err('Stopping the agents; the records are kept. Ctrl-C again ends at once.\n');
    stop.abort();
  });
  for (const sentence of await tools.recover()) shell.err(`${oneLine(sentence)}\n`);
  const say = (run: RunUnderWay, text: string): void => shell.err(`${displayId('run', run.jobId)}  ${oneLine(text)}\n`);
  const unbegun = await runMany(tools, {
    items: all.items,
    begin: all.begin,
    atOnce: options.concurrency,
    signal: stop.signal,
    watcher: {
      onBegun: (item, run) => say(run, `begins   ${all.nameOf(item)}`),
      onQuestion: (_item, run, { text }) => say(run, `asks     ${text} (\`${commandPrefix(shell, options)} approve\` answers)`),
      onRefused: (item, failure) => {
        codes.set(item, printFailure(shell, failure, { json: options.json === true, program: commandPrefix(shell, options) }));
      },
      onEnded: async (item, run, carried) => {
        const ended = await endOf(tools, run);
        const isOpen = carried.kind === 'interrupted' && !ended.hasEnded;
        if (isOpen) interrupted.push(displayId('run', run.jobId));
        codes.set(item, isOpen ? exitCode.interrupted : exitCode[ended.exit]);
        if (options.json === true) shell.out(`${JSON.stringify(ended.report)}\n`);
        else {
          const status = (isOpen ? 'interrupted' : ended.report.status).padEnd(11);
          const more = isOpen ? '' : ended.more;
          shell.out(`${displayId('run', run.jobId)}  ${status}  ${oneLine(`${all.nameOf(item)}${more}`)}\n`);
        }
      },
    },
  });
  for (const item of unbegun) shell.err(`not begun  ${oneLine(all.nameOf(item))}\n`);
  if (interrupted.length > 0) shell.err(`Interrupted: ${interrupted.join(', ')}. Resume: ${commandPrefix(shell, options)} resume --all\n`);
  if (stop.signal.aborted) return exitCode.interrupted;
  return all.items.map((item) => codes.get(item) ?? exitCode.done).find((code) => code !== exitCode.done) ?? exitCode.done;
}

async function endOf(tools: OperationTools, { jobId }: RunUnderWay) {
  const job = await tools.engine.status(jobId);
  if (job === undefined) throw new Error(`job ${jobId} is gone`);
  const hasEnded = job.endedAt !== undefined;
  if (hasEnded && job.state !== 'completed') await tools.collect({ dryRun: false, only: jobId });
  const { report, exit, reason } = await readReport(tools, job);
  return { hasEnded, report, exit, more: report.branch === null || exit !== 'done' ? `: ${reason}` : `  ${report.branch}` };
}
