import { visibleText } from '../domain/visible-text.ts';
import { exitCode } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import { answerRun, openQuestions } from '../operations/answer.ts';
import { carryRun } from '../operations/carry.ts';
import { readReport } from '../operations/read-report.ts';
import type { OperationTools } from '../operations/tools.ts';
import { askWhileItRuns } from './ask-while-it-runs.ts';
import { dashboardOfRun } from './dashboard-of-run.ts';
import { oneLine } from './one-line.ts';
import { printFailure } from './print-failure.ts';
import { printSummary } from './print-summary.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';
import { openRunWriter } from './open-run-writer.ts';
import type { RunKeys } from './terminal-writer.ts';

/** How a run is watched. */
export interface AttachOptions extends GlobalOptions {
  readonly json?: boolean;
  /** Only in this process, and not where another one carries it already. */
  readonly onlyHere?: boolean;
}

/**
 * Carries a run in this process while a person (or a script) watches, asks them where the run waits for a person
 * and somebody is there, and says at the end what came out. Ctrl-C stops the agents and keeps the record.
 *
 * @returns the exit code.
 */
export async function attach(
  shell: Shell,
  tools: OperationTools,
  jobId: JobId,
  attributes: RunAttributes,
  options: AttachOptions,
): Promise<number> {
  const stop = new AbortController();
  // Where others execute the run, this process can leave without a trace.
  let isWatching = tools.sharing;
  const keys: RunKeys = {
    leave: (say) => {
      if (isWatching) stop.abort();
      else say('This process carries the run, so it cannot leave it behind: Ctrl-C stops it, and `resume` goes on later.');
    },
    openDashboard: async () => await dashboardOfRun(shell, tools, jobId),
  };
  const writer = await openRunWriter(shell, tools, jobId, {
    attributes,
    json: options.json === true,
    verbose: options.verbose === true,
    keys,
  });
  await using asking = askWhileItRuns(shell, tools, jobId, { pause: () => writer.pause(), leave: () => stop.abort() });
  using _interrupt = shell.onInterrupt(() => {
    writer.say(isWatching ? 'Watching no longer; the run goes on.' : 'Stopping the agents; the record is kept. Ctrl-C again ends at once.');
    stop.abort();
  });
  try {
    for (const sentence of await tools.recover()) writer.say(oneLine(sentence));
    await carryRun(
      tools,
      jobId,
      attributes,
      {
        ...writer,
        onCapacity: (text) => writer.say(text),
        ...(options.onlyHere === true
          ? {}
          : {
              onCarriedElsewhere: () => {
                isWatching = true;
                writer.say('A service has taken the run, and this process watches it.');
              },
            }),
        onQuestion: (question, by) => {
          if (asking.put(question, by)) writer.onQuestion(question, by);
        },
        onWaiting: async (elsewhere) => await askThePerson(shell, tools, jobId, { pause: () => writer.pause(), elsewhere }),
      },
      stop.signal,
    );
  } catch (error) {
    writer.close();
    return await brokenOff(shell, tools, jobId, options, error);
  }
  writer.close();
  return await finish(shell, tools, jobId, options, {
    stopped: asking.isUnanswered() ? 'asked' : stop.signal.aborted ? 'interrupted' : 'at-rest',
    isWatching,
  });
}

interface Asking {
  /** Takes the view off the terminal while the question stands there. */
  readonly pause: () => Disposable;
  /** Aborts when somebody answers elsewhere. */
  readonly elsewhere: AbortSignal;
}

/** @returns whether the run goes on, by an answer given here or elsewhere; without a person it does not. */
async function askThePerson(shell: Shell, tools: OperationTools, jobId: JobId, { pause, elsewhere }: Asking): Promise<boolean> {
  const questions = await openQuestions(tools, jobId);
  if (!shell.interactive) return false;
  if (questions.length === 0) return true;
  using _paused = pause();
  const { confirm, isCancel } = await import('@clack/prompts');
  const message = visibleText(questions.map(({ text }) => text).join('\n')).text;
  const given = await confirm({ message, output: shell.errStream, signal: elsewhere });
  if (elsewhere.aborted) {
    shell.err('Answered elsewhere.\n');
    return true;
  }
  if (isCancel(given)) return false;
  await answerRun(tools, jobId, { approved: given, how: 'terminal' }, shell.user);
  return true;
}

/** The run could not be carried any further (a full disk, a lost database): what is recorded of it stays, and can be resumed. */
async function brokenOff(shell: Shell, tools: OperationTools, jobId: JobId, options: AttachOptions, error: unknown): Promise<number> {
  const code = printFailure(shell, error, { json: options.json === true, program: commandPrefix(shell, options) });
  const job = await tools.engine.status(jobId);
  if (job?.endedAt === undefined) shell.err(`When that is mended: ${commandPrefix(shell, options)} resume ${displayId('run', jobId)}\n`);
  if (options.json === true && job !== undefined) {
    shell.out(`${JSON.stringify((await readReport(tools, job)).report)}\n`);
  }
  return code;
}

async function finish(
  shell: Shell,
  tools: OperationTools,
  jobId: JobId,
  options: AttachOptions,
  { stopped, isWatching }: { readonly stopped: 'at-rest' | 'interrupted' | 'asked'; readonly isWatching: boolean },
): Promise<number> {
  const job = await tools.engine.status(jobId);
  if (job === undefined) throw new Error(`job ${jobId} is gone`);
  const ended = job.endedAt !== undefined;
  if (ended && job.state !== 'completed') await tools.collect({ dryRun: false, only: jobId });
  const { report, exit, reason } = await readReport(tools, job);
  const asked = stopped === 'asked' && !ended ? (await openQuestions(tools, jobId)).map(({ text }) => text).join(' ') : '';
  if (options.json === true) shell.out(`${JSON.stringify(report)}\n`);
  else
    printSummary(shell, report, {
      ...(asked === '' ? { reason, exit } : { reason: asked, exit: 'waits' }),
      program: commandPrefix(shell, options),
    });
  if (stopped === 'asked' && !ended) {
    const run = displayId('run', jobId);
    shell.err(
      `Nobody is here to answer. \`${commandPrefix(shell, options)} approve ${run}\` or \`reject\` does, and goes on with the run.\n`,
    );
    return exitCode.waits;
  }
  if (stopped !== 'at-rest' && !ended) {
    if (isWatching) return exitCode.interrupted;
    for (const sentence of await leftUnwatched(tools, jobId)) shell.err(`${sentence}\n`);
    shell.err(`Interrupted. Resume: ${commandPrefix(shell, options)} resume ${displayId('run', jobId)}\n`);
    return exitCode.interrupted;
  }
  return exitCode[exit];
}

/** What has to be known of a deployment that nobody carries any more, a sentence each. */
async function leftUnwatched(tools: OperationTools, jobId: JobId): Promise<readonly string[]> {
  const deployments = await tools.ledger.deployments.latest({ jobId }, 10);
  return deployments
    .filter(({ state }) => state === 'watching')
    .map(({ environment, release }) => `r${release} serves in ${environment}, and nobody watches it until the run goes on.`);
}
