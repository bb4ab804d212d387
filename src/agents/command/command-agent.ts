import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { noUsage } from '../../domain/model.ts';
import { fromUsd } from '../../domain/money.ts';
import type { Agent, AgentReport, AgentTask } from '../../ports/agent.ts';
import type { ProcessResult } from '../../ports/process.ts';
import { taskContext, taskText } from './task-text.ts';

/** What the last line on stdout may tell: `{"miyabi":{"summary":"...","costUsd":0.12}}`; both are optional. */
const closingLine = z.object({
  miyabi: z.object({
    summary: z.string().max(2_000).optional(),
    costUsd: z.number().nonnegative().max(1_000_000).optional(),
  }),
});

/** EX_TEMPFAIL: the program says itself that a later attempt may do better. */
const tryAgainLater = 75;

const longestLine = 2_000;

/**
 * Runs any command as an agent, with `sh -c` in the world's folder.
 *
 * It is given the task as Markdown on stdin and in `task.md`, as JSON in `context.json` beside it, and in its environment:
 * `MIYABI_TASK_FILE`, `MIYABI_CONTEXT_FILE`, `MIYABI_TASK_TITLE`, `MIYABI_VARIANT`, `MIYABI_WORLD`. What it changes in the folder
 * is its answer. Exit code 0 means finished (also when nothing was changed); any other, failed, with the last lines it printed.
 * What it prints is shown; its last line on stdout may be the closing line above.
 */
export function createCommandAgent(): Agent {
  return {
    name: 'command',
    needs: async (choice) => ({ readable: [], providers: choice.name === 'command' ? choice.providers : [], network: [] }),
    state: async () => ({
      name: 'command',
      installed: { kind: 'built-in' },
      usable: true,
      detail: "any shell command of yours, such as --agent 'command:./fix.sh'",
      fix: '',
    }),
    async run(task) {
      const { choice } = task;
      if (choice.name !== 'command') throw new Error(`The command agent was handed a choice of the agent ${choice.name}.`);
      const taskFile = join(task.contextDirectory, 'task.md');
      const contextFile = join(task.contextDirectory, 'context.json');
      const text = taskText(task);
      await writeAnew(taskFile, text);
      await writeAnew(contextFile, `${JSON.stringify(taskContext(task, choice.variant), null, 2)}\n`);
      const result = await task.process.run({
        command: ['sh', '-c', choice.command],
        cwd: task.directory,
        env: {
          ...task.environment,
          MIYABI_TASK_FILE: taskFile,
          MIYABI_CONTEXT_FILE: contextFile,
          // The system takes no NUL in an environment.
          MIYABI_TASK_TITLE: task.title.replaceAll('\0', ''),
          MIYABI_VARIANT: choice.variant.replaceAll('\0', ''),
          MIYABI_WORLD: task.world,
        },
        stdin: text,
        timeoutMs: task.timeoutMs,
        limits: task.limits,
        signal: task.signal,
        logFile: task.logFile,
        onLine: (line) => tell(task, line),
      });
      return report(result, task.logFile);
    },
  };
}

/** Programs may have been at work in the folder: a link or a fifo of theirs at the path gives way to the file, and is not written through. */
async function writeAnew(path: string, text: string): Promise<void> {
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, text, { flag: 'wx' });
  await rename(written, path);
}

function tell(task: AgentTask, line: string): void {
  if (closing(line) === undefined) task.onEvent({ type: 'output', line: line.slice(0, longestLine) });
}

/** What a finished command amounts to. @param logFile where all that it printed can be read. */
export function report(result: ProcessResult, logFile: string): AgentReport {
  const lines = result.stdout.split('\n').filter((line) => line.trim() !== '');
  const told = closing(lines.at(-1) ?? '');
  const spoken = told === undefined ? lines : lines.slice(0, -1);
  return {
    end: endOf(result, logFile),
    summary: told?.summary ?? spoken.at(-1)?.trim().slice(0, 500) ?? '',
    ...(told?.costUsd === undefined ? {} : { claimed: { usage: noUsage, costMicroUsd: fromUsd(told.costUsd), model: undefined } }),
  };
}

function endOf({ end, stdout, stderr }: ProcessResult, logFile: string): AgentReport['end'] {
  switch (end.kind) {
    case 'exited': {
      if (end.code === 0) return { kind: 'finished' };
      const why = end.code === tryAgainLater ? `asked to be tried again later (exit code ${end.code})` : `ended with exit code ${end.code}`;
      return {
        kind: 'failed',
        fault: 'crashed',
        reason: withOutput(`The command ${why}`, stderr.trim() === '' ? stdout : stderr, logFile),
      };
    }
    case 'signalled':
      return { kind: 'failed', fault: 'crashed', reason: withOutput(`The command was ended by ${end.signal}`, stderr, logFile) };
    case 'not-started':
      return { kind: 'failed', fault: 'not-installed', reason: `The command could not be started: ${end.reason}` };
    case 'timeout':
      return { kind: 'timeout', afterMs: end.afterMs };
    case 'cancelled':
      return { kind: 'cancelled' };
  }
}

/** The last five lines, and where the rest is. */
function withOutput(what: string, output: string, logFile: string): string {
  const last = output.trim().split('\n').slice(-5).join('\n').slice(-1_000);
  return last === '' ? `${what} and printed nothing.` : `${what} (all its output: ${logFile}):\n${last}`;
}

function closing(line: string): z.infer<typeof closingLine>['miyabi'] | undefined {
  if (!line.trimStart().startsWith('{"miyabi"')) return undefined;
  try {
    return closingLine.safeParse(JSON.parse(line)).data?.miyabi;
  } catch {
    return undefined;
  }
}
