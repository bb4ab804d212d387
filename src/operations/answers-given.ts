import type { Task } from '../domain/task.ts';
import type { ApprovalAnswer } from '../workflow/approve.ts';
import { approvalSignal } from '../workflow/escalate.ts';

/**
 * How a task was answered, for people: `yes at the terminal, with a plan of their own: looks right`. What was answered is kept with a task until it
 * waits for something else. @returns nothing for one whose answer is kept no more, or came by time.
 */
export function answerInWords(task: Task | undefined): string {
  if (task?.answer?.signal !== approvalSignal || typeof task.answer.payload !== 'object' || task.answer.payload === null) return '';
  const { approved, how, plan, fixed, world, reason } = task.answer.payload as ApprovalAnswer;
  const ways: Readonly<Record<string, string>> = {
    terminal: ' at the terminal',
    comment: ' by a comment',
    fix: ' by hand',
    api: ' over the API',
  };
  const way = how === undefined ? '' : (ways[how] ?? '');
  const what = [
    ...(plan === undefined ? [] : ['with a plan of their own']),
    ...(fixed === undefined ? [] : [`mended in ${fixed.slice(0, 8)}`]),
    ...(world === undefined ? [] : [`took ${world}`]),
  ];
  return `: ${[`${approved ? 'yes' : 'no'}${way}`, ...what].join(', ')}${reason === undefined ? '' : ` (${reason})`}`;
}
