import type { AnsweredEscalation } from '../domain/api/escalations.ts';
import type { ToldStandingAnswer } from '../domain/api/standing-answers.ts';
import { answered } from '../operations/answered.ts';
import { standingAnswers, withdrawStandingAnswer } from '../operations/standing-answers.ts';
import type { OperationTools } from '../operations/tools.ts';
import { oneLine } from './one-line.ts';
import type { Shell } from './shell.ts';

/** How many are shown. */
const most = 50;

/** `miyabi inbox --answered`: what was answered, the newest first. */
export async function answeredInbox(shell: Shell, tools: OperationTools, json: boolean): Promise<number> {
  const items = await answered(tools, { limit: most });
  if (json) shell.out(`${JSON.stringify({ type: 'inbox.answered', schemaVersion: 1, answered: items })}\n`);
  else if (items.length === 0) shell.out('Nothing was answered yet.\n');
  else for (const item of items) shell.out(answeredInWords(item));
  return 0;
}

function answeredInWords({
  at,
  run,
  kind,
  question,
  answer,
  by,
  how,
  scope,
  standing,
  reason,
  world,
  resumedAt,
}: AnsweredEscalation): string {
  const verb = { approve: 'yes', reject: 'no', fix: 'mended by hand' }[answer];
  const holds = { once: '', run: ', for this run', always: ', for every run of its repository' }[scope];
  const facts = [
    `${verb} by ${oneLine(by)}${holds}${standing === null ? '' : ' (given before)'}`,
    ...(world === null ? [] : [`took ${world}`]),
    ...(how === null ? [] : [`by ${how}`]),
    ...(reason === null ? [] : [oneLine(reason)]),
    resumedAt === null ? 'the run has not gone on yet' : `went on at ${moment(resumedAt)}`,
  ];
  return `${moment(at)}  ${run}  ${kind}\n   ${oneLine(question)}\n   ${facts.join('; ')}\n`;
}

/** `miyabi inbox --standing`: the answers that hold for later questions. */
export async function standingInbox(shell: Shell, tools: OperationTools, json: boolean): Promise<number> {
  const items = await standingAnswers(tools, { limit: most });
  if (json) shell.out(`${JSON.stringify({ type: 'inbox.standing', schemaVersion: 1, answers: items })}\n`);
  else if (items.length === 0) shell.out('No answer stands.\n');
  else for (const item of items) shell.out(standingInWords(item));
  if (!json && items.length > 0) shell.out('`miyabi inbox --revoke <id>` lets one stand no more.\n');
  return 0;
}

function standingInWords({ id, kind, scope, repository, run, question, by, reason, at }: ToldStandingAnswer): string {
  const where = scope === 'run' ? `for ${run}` : `for every run of ${oneLine(repository)}`;
  return `${id}  ${kind}  ${where}\n   ${oneLine(question)}\n   ${oneLine(by)} at ${moment(at)}${reason === null ? '' : `: ${oneLine(reason)}`}\n`;
}

/** `miyabi inbox --revoke <id>`: people are asked again from the next question on. */
export async function revokeStanding(shell: Shell, tools: OperationTools, id: string, json: boolean): Promise<number> {
  await withdrawStandingAnswer(tools, id, shell.user);
  if (json) shell.out(`${JSON.stringify({ type: 'inbox.revoked', schemaVersion: 1, id, by: shell.user })}\n`);
  else shell.out(`It stands no more; what was answered by it stays so.\n`);
  return 0;
}

/** To the minute, UTC. */
function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
