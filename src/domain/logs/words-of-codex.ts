import { z } from 'zod';
import { indented, linesOf, text } from './read-json.ts';

const item = z.discriminatedUnion('type', [
  z.object({ type: z.literal('agent_message'), text }),
  z.object({ type: z.literal('reasoning'), text }),
  z.object({
    type: z.literal('command_execution'),
    command: text,
    aggregated_output: text,
    exit_code: z.number().nullish().catch(null),
    status: text,
  }),
  z.object({ type: z.literal('file_change'), changes: z.array(z.object({ path: z.string(), kind: text })).catch([]), status: text }),
  z.object({ type: z.literal('mcp_tool_call'), server: text, tool: text, status: text }),
  z.object({ type: z.literal('web_search'), query: text }),
  z.object({ type: z.literal('todo_list'), items: z.array(z.object({ text: z.string(), completed: z.boolean().catch(false) })).catch([]) }),
  z.object({ type: z.literal('error'), message: text }),
]);
type Item = z.infer<typeof item>;

const known = z.union([
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.enum(['item.started', 'item.updated', 'item.completed']), item: z.looseObject({ type: z.string() }) }),
  z.object({ type: z.literal('turn.started') }),
  z.object({ type: z.literal('turn.completed') }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: text }).catch({ message: '' }) }),
  z.strictObject({ type: z.literal('error'), message: z.string() }),
]);

/** A line of `codex exec --json`. @returns undefined for what is none. */
export function wordsOfCodex(object: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const told = known.safeParse(object).data;
  if (told === undefined) return undefined;
  switch (told.type) {
    case 'thread.started':
      return ['Codex begins'];
    case 'turn.started':
      return [];
    case 'turn.completed':
      return ['= done'];
    case 'turn.failed':
      return [`= failed: ${told.error.message}`];
    case 'error':
      return linesOf(told.message).map((line) => `! ${line}`);
    case 'item.started':
    case 'item.updated':
    case 'item.completed': {
      const whole = item.safeParse(told.item).data;
      return whole === undefined ? [] : wordsOfItem(whole, told.type);
    }
  }
}

/** What takes time is told as it begins, with what came of it at its end; all else once it is there. */
function wordsOfItem(done: Item, moment: 'item.started' | 'item.updated' | 'item.completed'): readonly string[] {
  if (done.type === 'command_execution') return wordsOfCommand(done, moment);
  if (moment !== 'item.completed') return [];
  switch (done.type) {
    case 'agent_message':
      return linesOf(done.text);
    case 'reasoning':
      return linesOf(done.text).map((line) => `~ ${line}`);
    case 'file_change':
      return done.changes.map(({ path, kind }) => `> ${kind} ${path}${done.status === 'completed' ? '' : ` (${done.status})`}`);
    case 'mcp_tool_call':
      return [`> ${done.server} ${done.tool}${done.status === 'failed' ? ' (failed)' : ''}`];
    case 'web_search':
      return [`> search ${done.query}`];
    case 'todo_list':
      return done.items.map(({ text: words, completed }) => `[${completed ? 'x' : ' '}] ${words}`);
    case 'error':
      return linesOf(done.message).map((line) => `! ${line}`);
  }
}

function wordsOfCommand(
  { command, aggregated_output: output, exit_code: code, status }: Extract<Item, { type: 'command_execution' }>,
  moment: 'item.started' | 'item.updated' | 'item.completed',
): readonly string[] {
  if (moment === 'item.started') return [`> run ${command.replaceAll(/\s+/g, ' ')}`];
  if (moment === 'item.updated') return [];
  const end = status === 'declined' ? ['! not allowed'] : code === 0 || typeof code !== 'number' ? [] : [`! exit code ${code}`];
  return [...indented(output), ...end];
}
