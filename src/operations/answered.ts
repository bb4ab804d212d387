import type { AnsweredEscalation } from '../domain/api/escalations.ts';
import { displayId } from '../domain/ids.ts';
import type { Answers } from '../ports/answers.ts';
import type { OperationTools } from './tools.ts';

/** What people were asked and how it was answered, over all runs, the newest answer first. */
export async function answered(
  { ledger }: Pick<OperationTools, 'ledger'>,
  filter: Parameters<Answers['newest']>[0],
): Promise<readonly AnsweredEscalation[]> {
  return (await ledger.answers.newest(filter)).map(({ jobId, taskId: _task, answeredAt, ...rest }) => ({
    ...rest,
    run: displayId('run', jobId),
    how: rest.how ?? null,
    reason: rest.reason ?? null,
    world: rest.world ?? null,
    standing: rest.standing ?? null,
    at: answeredAt,
    resumedAt: rest.resumedAt ?? null,
  }));
}
