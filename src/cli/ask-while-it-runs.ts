import { setTimeout as wait } from 'node:timers/promises';
import type { JobId, TaskId } from '../domain/ids.ts';
import { visibleText } from '../domain/visible-text.ts';
import { answerQuestion } from '../operations/answer-question.ts';
import { openQuestions } from '../operations/answer.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { AskedQuestion } from '../ports/model-ledger.ts';
import type { Shell } from './shell.ts';

/** Puts what running tasks ask to the person at the terminal, or notices that nobody can answer and nothing goes on without. */
export interface AskingWhileItRuns extends AsyncDisposable {
  /** @param by who waits for the answer. @returns whether the question is new: several worlds may ask the same. */
  put(this: void, question: AskedQuestion, by: TaskId): boolean;
  /** Whether the run was left because of a question. */
  isUnanswered(this: void): boolean;
}

interface Leaving {
  /** Takes the view off the terminal while a question stands there. */
  readonly pause: () => Disposable;
  /** The run is to be left as it is, for whoever answers later. */
  readonly leave: () => void;
}

/** How often it is looked whether anything goes on without an answer, in ms. */
const everyMs = 500;

export function askWhileItRuns(shell: Shell, tools: OperationTools, jobId: JobId, { pause, leave }: Leaving): AskingWhileItRuns {
  const asked = new Set<string>();
  const waiting = new Set<TaskId>();
  const over = new AbortController();
  let turn: Promise<void> | undefined;
  let unanswered = false;

  function leaveIt(): void {
    unanswered = true;
    leave();
  }

  /** One question after the other. */
  async function ask({ key, text }: AskedQuestion): Promise<void> {
    // Whoever asked may have ended while others were answered.
    const question = (await openQuestions(tools, jobId)).find((each) => each.kind === 'asked' && each.key === key);
    if (question === undefined) return;
    using _paused = pause();
    const { confirm, isCancel } = await import('@clack/prompts');
    const given = await confirm({ message: visibleText(text).text, output: shell.errStream, signal: over.signal });
    if (over.signal.aborted) return;
    if (isCancel(given)) return leaveIt();
    const answer = { approved: given, how: 'terminal' };
    if (!(await answerQuestion(tools, jobId, question, { answer, by: shell.user }))) shell.err('Answered elsewhere.\n');
  }

  /** What can go on without an answer does: who was stopped with it would have to begin anew. */
  async function leaveWhenAllWait(): Promise<void> {
    let looks = 0;
    for (;;) {
      await wait(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      if ((await tools.ledger.questions.open(jobId)).length === 0) {
        waiting.clear();
        turn = undefined;
        return;
      }
      const running = (await tools.engine.tasks(jobId)).filter(({ state }) => state === 'running');
      // Between two tasks there may be a moment in which none runs.
      looks = running.every(({ id }) => waiting.has(id)) ? looks + 1 : 0;
      if (looks > 1) return leaveIt();
    }
  }

  return {
    put(question, by) {
      waiting.add(by);
      const isNew = !asked.has(question.key);
      asked.add(question.key);
      if (!shell.interactive) turn ??= leaveWhenAllWait().catch(leaveIt);
      else if (isNew) turn = (turn ?? Promise.resolve()).then(async () => await ask(question)).catch(leaveIt);
      return isNew;
    },
    isUnanswered: () => unanswered,
    async [Symbol.asyncDispose]() {
      over.abort();
      await turn;
    },
  };
}
