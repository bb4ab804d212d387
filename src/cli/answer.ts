import { displayId } from '../domain/ids.ts';
import { visibleText } from '../domain/visible-text.ts';
import { runAttributesSchema } from '../domain/run.ts';
import { answerRun } from '../operations/answer.ts';
import { findRun } from '../operations/find-run.ts';
import { attach } from './attached.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface AnswerOptions extends GlobalOptions {
  readonly reason?: string;
  /** The world to take, where it is asked which. */
  readonly world?: string;
  readonly json?: boolean;
}

/** `miyabi approve|reject <run>`: answers what a run waits for. Where no process carries the run, this one goes on with it. */
export async function answer(shell: Shell, verb: 'approve' | 'reject', wanted: string, options: AnswerOptions): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  const { reason, world } = options;
  const given = { approved: verb === 'approve', ...(reason === undefined ? {} : { reason }), ...(world === undefined ? {} : { world }) };
  for (const { text } of await answerRun(app.tools, job.id, given, shell.user)) {
    shell.err(`${verb === 'approve' ? 'Approved' : 'Rejected'}: ${visibleText(text).text}\n`);
  }
  if (job.carriedBy !== undefined) {
    shell.err(`${displayId('run', job.id)} goes on in the process that carries it.\n`);
    return 0;
  }
  return await attach(shell, app.tools, job.id, runAttributesSchema.parse(job.attributes), options);
}
