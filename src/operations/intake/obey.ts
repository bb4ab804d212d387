import { Failure } from '../../domain/failure.ts';
import { commentMarker } from '../../domain/forge.ts';
import { displayId } from '../../domain/ids.ts';
import type { JobView } from '../../weaver/engine.ts';
import { answerRun } from '../answer.ts';
import { explainRun } from '../explain.ts';
import type { OperationTools } from '../tools.ts';
import { explainedComment, helpComment, notStartedComment, sentence } from './answers.ts';
import type { IntentTo, Received, Told } from './intent.ts';
import { retryRun } from './retry-run.ts';
import { runsOfIssue } from './runs-of-issue.ts';
import { issueIfThere, startFromForge } from './start-from-forge.ts';
import { cancelRun } from './stop.ts';
import { mayAsk, nameOf } from './tools.ts';

/** The clocks of a forge and of this machine may differ by so much, in ms. */
const clocksDifferMs = 30_000;

/** What came of a command. */
interface Obeyed {
  /** In a few words, for the records. */
  readonly did: string;
  /** Markdown, for whoever asked; absent where they see it anyway. */
  readonly answer?: string;
}

/** Does what a comment asks for, where who wrote it may ask, and answers it once. @returns what was done. */
export async function obey(tools: OperationTools, received: Told, asked: IntentTo<'obey'>): Promise<string> {
  const { forge: name, repository } = received;
  const forge = await tools.forges.open(name);
  // Whoever may not ask is not answered either: others could have us write comments without end.
  if (!(await mayAsk(tools, forge, { repository, by: asked.by }))) return 'not permitted';
  const { did, answer } = await done(tools, received, asked);
  if (answer !== undefined) {
    const marker = commentMarker('intake', `answer-${asked.comment.replaceAll(/[^\w-]/g, '-')}`);
    await forge.tell({ repository, number: asked.number }, marker, answer);
  }
  return did;
}

async function done(tools: OperationTools, received: Told, asked: IntentTo<'obey'>): Promise<Obeyed> {
  if (asked.verb === undefined) return { did: 'told what it knows', answer: helpComment() };
  if (asked.verb === 'run') return await startByCommand(tools, received, asked);
  const run = await runMeant(tools, received, asked);
  if (run === undefined) return say('There is no run of this. `/miyabi run` on an issue starts one.');
  const shown = displayId('run', run.id);
  switch (asked.verb) {
    case 'stop':
      if (run.endedAt !== undefined) return say(`\`${shown}\` has ended already: ${run.state}.`);
      await cancelRun(tools, run, `stopped by ${nameOf(asked.by)}${asked.reason === undefined ? '' : `: ${asked.reason}`}`);
      return say(`\`${shown}\` is stopped.`);
    case 'retry': {
      if (run.endedAt !== undefined) return await startByCommand(tools, received, asked);
      const tried = await retryRun(tools, run, nameOf(asked.by));
      return say(tried === 0 ? `Nothing of \`${shown}\` has failed: it is ${run.state}.` : `\`${shown}\` tries again what has failed.`);
    }
    case 'approve':
    case 'reject':
      return await answerByCommand(tools, run, asked);
    case 'explain':
      return await explainByCommand(tools, run);
  }
}

async function startByCommand(tools: OperationTools, received: Told, asked: IntentTo<'obey'>): Promise<Obeyed> {
  if (asked.isPullRequest) return say('A run is of an issue: say so there.');
  const found = await issueIfThere(tools, { ...received, number: asked.number });
  if (found === undefined) return { did: 'the issue is gone' };
  if (found.now.state !== 'open') return say('This issue is closed: no run was started.');
  const started = await startFromForge(tools, found, { by: asked.by, ...received });
  switch (started.kind) {
    case 'started':
      return { did: `started ${displayId('run', started.jobId)}` };
    case 'open':
      return say(`\`${started.run}\` is at work on this already.`);
    case 'refused':
      return { did: `refused: ${started.failure.text.what}`, answer: notStartedComment(started.failure, tools.redact) };
  }
}

/** Of an issue the newest one; of a pull request the one that made it. */
async function runMeant(
  tools: OperationTools,
  { forge, repository }: Received,
  { isPullRequest, number }: IntentTo<'obey'>,
): Promise<JobView | undefined> {
  if (!isPullRequest) {
    const { gitUrl } = await (await tools.forges.open(forge)).repository(repository);
    return (await runsOfIssue(tools, { forge, repository, number }, gitUrl))[0];
  }
  const pullRequest = await tools.ledger.pullRequests.ofNumber(forge, repository, number);
  return pullRequest === undefined ? undefined : await tools.engine.status(pullRequest.jobId);
}

async function answerByCommand(tools: OperationTools, { id }: JobView, { verb, by, world, reason, at }: IntentTo<'obey'>): Promise<Obeyed> {
  const answer = {
    approved: verb === 'approve',
    how: 'comment',
    ...(reason === undefined ? {} : { reason }),
    ...(world === undefined ? {} : { world }),
  };
  const run = displayId('run', id);
  try {
    // A comment that is found late is no answer to what was asked after it was written.
    await answerRun(tools, id, answer, nameOf(by), at === undefined ? undefined : { askedBy: at + clocksDifferMs });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { did: error.text.what, answer: `${sentence(error.text.what, tools.redact)} ${sentence(error.text.why, tools.redact)}` };
  }
  return say(`Noted: \`${run}\` was told ${answer.approved ? 'yes' : 'no'}.`);
}

async function explainByCommand(tools: OperationTools, run: JobView): Promise<Obeyed> {
  const shown = displayId('run', run.id);
  try {
    return { did: `explained ${shown}`, answer: explainedComment(shown, await explainRun(tools, run), tools.redact) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { did: error.text.what, answer: `${sentence(error.text.what, tools.redact)} ${sentence(error.text.why, tools.redact)}` };
  }
}

function say(answer: string): Obeyed {
  return { did: answer, answer };
}
