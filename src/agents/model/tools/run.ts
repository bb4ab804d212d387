import { z } from 'zod';
import type { ProcessResult } from '../../../ports/process.ts';
import { line } from '../text.ts';
import { failure } from './ask-file-program.ts';
import { defineTool } from './tool.ts';

const defaultSeconds = 120;
const mostSeconds = 900;
/** Of each stream, in bytes; its beginning and its end. */
const shownBytes = 16_000;
/** Of each stream, in bytes: what people see of it while it runs. */
const toldBytes = 1_000_000;

export const runTool = defineTool({
  name: 'run',
  description:
    'Runs a command with `sh -c` in the project, and shows what it printed and its exit code. Nobody can type anything into it. ' +
    'Whatever it leaves running is ended with it. There may be no network.',
  input: z.object({
    command: z.string().min(1).max(20_000),
    seconds: z.int().min(1).max(mostSeconds).optional().describe(`It is ended after so many seconds; ${defaultSeconds} if you do not say.`),
  }),
  subject: ({ command }) => command,
  async use({ command, seconds = defaultSeconds }, { task, signal, leftMs }) {
    if (command.includes('\0')) return failure('a command cannot hold a NUL character');
    const result = await task.process.run({
      command: ['sh', '-c', command],
      cwd: task.directory,
      env: task.environment,
      timeoutMs: Math.min(seconds * 1_000, leftMs()),
      limits: task.limits,
      signal,
      keepBytes: shownBytes,
      logBytes: toldBytes,
      onLine: (text) => task.onEvent({ type: 'output', line: line(text, 500) }),
    });
    const text = shown(result);
    const killed = whyKilled(result);
    return killed === undefined ? { text } : { text, failure: killed };
  },
});

function shown(result: ProcessResult): string {
  const { end, stdout, stderr, leftovers } = result;
  const parts = [
    stdout.trimEnd(),
    stderr.trim() === '' ? '' : `[stderr]\n${stderr.trimEnd()}`,
    leftovers === 0 ? '' : `[what it left running was ended with it: ${leftovers} processes]`,
    end.kind === 'exited' ? `[exit code ${end.code}]` : `[${whyKilled(result)}]`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function whyKilled({ end }: ProcessResult): string | undefined {
  switch (end.kind) {
    case 'exited':
      return undefined;
    case 'signalled':
      return `ended by ${end.signal}`;
    case 'timeout':
      return `ended by its time limit after ${Math.round(end.afterMs / 1000)} s`;
    case 'cancelled':
      return 'cancelled';
    case 'not-started':
      return `could not be started: ${end.reason}`;
  }
}
