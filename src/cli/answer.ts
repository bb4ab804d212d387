import type { AnswerScope } from '../domain/escalation.ts';
import { visibleText } from '../domain/visible-text.ts';
import { answerRun } from '../operations/answer.ts';
import { findAsked } from '../operations/inbox.ts';
import { goOn } from './go-on.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface AnswerOptions extends GlobalOptions {
  readonly reason?: string;
  /** The world to take, where it is asked which. */
  readonly world?: string;
  /** For how long a yes holds. */
  readonly for?: AnswerScope;
  readonly json?: boolean;
}

/**
 * `miyabi approve|reject <run or number>`: answers what a run waits for, or one question of the inbox. Where no process carries the run, this one goes
 * on with it.
 */
export async function answer(shell: Shell, verb: 'approve' | 'reject', wanted: string, options: AnswerOptions): Promise<number> {
  await using app = await shell.open(options);
  const { job, only } = await findAsked(app.tools, wanted);
  const { reason, world, for: scope = 'once' } = options;
  const given = {
    approved: verb === 'approve',
    how: 'terminal',
    scope,
    ...(reason === undefined ? {} : { reason }),
    ...(world === undefined ? {} : { world }),
  };
  for (const { text } of await answerRun(app.tools, job.id, given, shell.user, only)) {
    shell.err(`${verb === 'approve' ? 'Approved' : 'Rejected'}: ${visibleText(text).text}\n`);
  }
  return await goOn(shell, app.tools, job, options);
}
