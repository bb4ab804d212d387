import type { ToldStandingAnswer } from '../domain/api/standing-answers.ts';
import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { StandingAnswer, StandingAnswers } from '../ports/answers.ts';
import type { OperationTools } from './tools.ts';

/** The answers that hold for later questions, the newest first. */
export async function standingAnswers(
  { ledger }: Pick<OperationTools, 'ledger'>,
  filter: Parameters<StandingAnswers['newest']>[0],
): Promise<readonly ToldStandingAnswer[]> {
  const found = await ledger.standingAnswers.newest(filter);
  return await Promise.all(found.map(async (answer) => await told(ledger, answer)));
}

async function told(ledger: OperationTools['ledger'], answer: StandingAnswer): Promise<ToldStandingAnswer> {
  const { id, kind, scope, question, by, at } = answer;
  const repository = (await ledger.repositoryById(answer.repositoryId))?.root ?? answer.repositoryId;
  return { id, kind, scope, repository, run: displayId('run', answer.jobId), question, by, reason: answer.reason ?? null, at };
}

/** Has people asked again from the next question on. @throws Failure (notFoundOrLocked) for one that holds no more. */
export async function withdrawStandingAnswer({ ledger }: Pick<OperationTools, 'ledger'>, id: string, by: string): Promise<void> {
  if (await ledger.standingAnswers.revoke(id, by)) return;
  throw new Failure('notFoundOrLocked', {
    what: 'No answer of this id stands.',
    why: 'Somebody has revoked it, or there never was one.',
    fix: 'Look at what stands: `miyabi inbox --standing`, or /api/v1/standing-answers.',
  });
}
