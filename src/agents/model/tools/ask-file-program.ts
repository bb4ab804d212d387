import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { entryPoint } from '../../../domain/entry-point.ts';
import type { ProcessResult } from '../../../ports/process.ts';
import type { FileAnswer, FileRequest, FileTask } from './file-protocol.ts';
import type { ToolResult, ToolSetting } from './tool.ts';

const program = fileURLToPath(entryPoint(import.meta.url, './file-program'));

/** A search with a bad expression can take for ever. */
const longestMs = 20_000;

const fileAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), text: z.string(), changed: z.string().exactOptional() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
  z.object({ kind: z.literal('refused'), reason: z.string() }),
]) satisfies z.ZodType<FileAnswer>;

/**
 * Has the file program do something in the checkout. It runs within the world's walls: what lies in the checkout, and changes while it is
 * looked at, is never touched by this process.
 */
export async function askFileProgram(request: FileRequest, { task, roots, signal, leftMs }: ToolSetting): Promise<ToolResult> {
  const result = await task.process.run({
    command: [task.nodePath, '--disable-warning=ExperimentalWarning', program],
    cwd: task.directory,
    env: task.environment,
    stdin: JSON.stringify({ roots, request } satisfies FileTask),
    timeoutMs: Math.min(longestMs, leftMs()),
    limits: task.limits,
    signal,
  });
  const answer = read(result);
  const path = request.path.slice(0, 200);
  switch (answer.kind) {
    case 'done':
      return { text: answer.text, ...(answer.changed === undefined ? {} : { changed: answer.changed }) };
    case 'failed':
      return failure(`${path}: ${answer.reason}`);
    case 'refused':
      return { ...failure(`${path}: not allowed: ${answer.reason}`), denied: true };
  }
}

export function failure(reason: string): ToolResult {
  return { text: `Failed: ${reason}`, failure: reason };
}

function read({ end, stdout, stderr }: ProcessResult): FileAnswer {
  if (end.kind === 'timeout') return { kind: 'failed', reason: `this took longer than ${Math.round(end.afterMs / 1000)} s and was ended` };
  const answer = fileAnswer.safeParse(parse(stdout));
  if (answer.success) return answer.data;
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500);
  return { kind: 'failed', reason: `the program that reads files ended before its answer (${end.kind}) ${said}`.trim() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
