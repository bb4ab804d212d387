import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import type { AgentEvent, AgentReport } from '../../ports/agent.ts';
import { line } from '../model/text.ts';
import { endByFailure, withoutAddress } from './faults.ts';
import type { ToolTimes } from '../tool-times.ts';
import { toolTimes } from '../tool-times.ts';
import type { StreamReader } from './stream.ts';
import { jsonObject, longestSummary } from './stream.ts';

const text = z.string().catch('');

const item = z.union([
  z.object({ type: z.literal('agent_message'), text }),
  z.object({
    type: z.literal('command_execution'),
    command: text,
    aggregated_output: text,
    exit_code: z.number().nullish().catch(null),
    status: text,
  }),
  z.object({
    type: z.literal('file_change'),
    changes: z.array(z.object({ path: z.string(), kind: text })).catch([]),
    status: text,
  }),
  z.object({
    type: z.literal('mcp_tool_call'),
    server: text,
    tool: text,
    status: text,
    error: z.object({ message: text }).nullish().catch(null),
  }),
  z.object({ type: z.literal('web_search'), query: text }),
  z.object({ type: z.literal('todo_list'), items: z.array(z.object({ text: z.string(), completed: z.boolean().catch(false) })).catch([]) }),
  z.object({ type: z.literal('error'), message: text }),
]);
type Item = z.infer<typeof item>;
type Took = ReturnType<ToolTimes['end']>;
type Of<Type extends Item['type']> = Extract<Item, { type: Type }>;

/** Every item has an id of its own. */
const numbered = z.object({ id: text });

const event = z.union([
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.enum(['item.started', 'item.updated', 'item.completed']), item: item.and(numbered) }),
  z.object({ type: z.literal('turn.completed') }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: text }).catch({ message: '' }) }),
  z.object({ type: z.literal('error'), message: text }),
]);

/** What its own sandbox prints where it cannot be set up; then nothing of the command was run. */
const noSandbox = /^bwrap: |codex-linux-sandbox|sandbox-exec: /;

/**
 * Reads `codex exec --json`: `thread.started`, items as they begin and end, `turn.completed` or `turn.failed`, by which it is judged. An item of
 * the type `error` is a remark, such as of a model that it does not know, and no failure.
 *
 * @param directory paths below it are told relative to it. @param now monotonic ms.
 */
export function readCodex(directory: string, onEvent: (event: AgentEvent) => void, now?: () => number): StreamReader {
  const times = toolTimes(now);
  let sessionId: string | undefined;
  let lastWords = '';
  let lastError = '';
  let end: AgentReport['end'] | undefined;
  const commands = { run: 0, withoutSandbox: 0 };

  function takeCommand({ command, aggregated_output: output, exit_code: code, status }: Of<'command_execution'>, took: Took): void {
    const subject = line(bare(command));
    if (status === 'declined') return onEvent({ type: 'denied', what: subject });
    const failed = status === 'failed' || (typeof code === 'number' && code !== 0);
    commands.run += 1;
    if (failed && noSandbox.test(output)) commands.withoutSandbox += 1;
    const failure = `exit code ${code ?? 'unknown'}: ${output.trim().slice(-1_000)}`;
    onEvent({ type: 'tool', name: 'run', subject, ...took, ...(failed ? { failure } : {}) });
  }

  function takeChange({ changes, status }: Of<'file_change'>, took: Took): void {
    for (const { path } of changes) {
      const subject = within(path, directory);
      if (status === 'declined') onEvent({ type: 'denied', what: subject });
      else if (status === 'failed') onEvent({ type: 'tool', name: 'edit', subject, ...took, failure: 'The change could not be made.' });
      else {
        onEvent({ type: 'tool', name: 'edit', subject, ...took });
        onEvent({ type: 'edited', path: subject });
      }
    }
  }

  function takeItem(done: Item, took: Took): void {
    switch (done.type) {
      case 'agent_message':
        if (done.text.trim() === '') return;
        lastWords = done.text.trim();
        return onEvent({ type: 'said', text: line(lastWords) });
      case 'command_execution':
        return takeCommand(done, took);
      case 'file_change':
        return takeChange(done, took);
      case 'mcp_tool_call': {
        const failure = done.status === 'failed' ? done.error?.message || 'It failed.' : undefined;
        return onEvent({ type: 'tool', name: done.tool, subject: done.server, ...took, ...(failure === undefined ? {} : { failure }) });
      }
      case 'web_search':
        return onEvent({ type: 'tool', name: 'web search', subject: line(done.query), ...took });
      case 'todo_list':
        return onEvent({
          type: 'planned',
          steps: done.items.map((step) => ({ text: line(step.text), state: step.completed ? 'done' : 'pending' })),
        });
      case 'error':
        return onEvent({ type: 'output', line: line(done.message, 2_000) });
    }
  }

  function takeEnd(): void {
    const { run, withoutSandbox } = commands;
    const isSandboxed = run === 0 || withoutSandbox < run;
    end = isSandboxed
      ? { kind: 'finished' }
      : { kind: 'failed', fault: 'crashed', reason: 'Its own sandbox does not work here: no command of its was run.' };
  }

  return {
    read(raw) {
      const object = jsonObject(raw);
      if (object === undefined) {
        if (raw.trim() !== '') onEvent({ type: 'output', line: line(raw, 2_000) });
        return;
      }
      const told = event.safeParse(object).data;
      switch (told?.type) {
        case undefined:
          return;
        case 'thread.started':
          sessionId = told.thread_id;
          return;
        case 'item.started':
        case 'item.updated':
          times.begin(told.item.id);
          if (told.item.type === 'todo_list') takeItem(told.item, {});
          return;
        case 'item.completed':
          return takeItem(told.item, times.end(told.item.id));
        case 'turn.completed':
          return takeEnd();
        case 'turn.failed':
          end = endByFailure({ status: undefined, text: told.error.message || lastError });
          return;
        case 'error':
          lastError = told.message;
          if (lastError.startsWith('Reconnecting'))
            onEvent({ type: 'waiting', why: `its model could not be asked: ${line(withoutAddress(lastError))}` });
          return;
      }
    },
    told: () => ({ sessionId, summary: lastWords.slice(0, longestSummary), end }),
  };
}

/** A command without the shell that reads it, and without the quotes for that. */
function bare(command: string): string {
  const inner = command.replace(/^\/(?:usr\/)?bin\/(?:ba|z)?sh -l?c /, '');
  return inner === command ? command : inner.replace(/^(['"])(.*)\1$/s, '$2');
}

function within(path: string, directory: string): string {
  if (!isAbsolute(path)) return path;
  const inside = relative(directory, path);
  return inside.startsWith('..') || inside === '' ? path : inside;
}
