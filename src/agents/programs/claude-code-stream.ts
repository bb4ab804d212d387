import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import type { AgentEvent, AgentReport } from '../../ports/agent.ts';
import { line } from '../model/text.ts';
import { endByFailure } from './faults.ts';
import { toolTimes } from '../tool-times.ts';
import type { StreamReader } from './stream.ts';
import { jsonObject, longestSummary } from './stream.ts';

const text = z.string().catch('');

const init = z.object({ type: z.literal('system'), subtype: z.literal('init'), session_id: z.string() });
const retry = z.object({
  type: z.literal('system'),
  subtype: z.literal('api_retry'),
  attempt: z.number().catch(0),
  retry_delay_ms: z.number().catch(0),
  error_status: z.number().nullish().catch(null),
  error: text,
});
const refused = z.object({
  type: z.literal('system'),
  subtype: z.literal('permission_denied'),
  tool_name: text,
  tool_use_id: text,
});
const said = z.object({ type: z.literal('text'), text: z.string() });
const asked = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()).catch({}),
});
const answered = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  is_error: z.boolean().catch(false),
  content: z.unknown(),
});
const turn = z.object({
  type: z.enum(['assistant', 'user']),
  message: z.object({ model: text, content: z.array(z.unknown()).catch([]) }),
});
const result = z.object({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean().catch(false),
  result: text,
  errors: z.array(z.string()).nullish().catch([]),
  api_error_status: z.number().nullish().catch(null),
  permission_denials: z
    .array(z.object({ tool_name: text, tool_use_id: text, tool_input: z.record(z.string(), z.unknown()).catch({}) }))
    .catch([]),
});
type Result = z.infer<typeof result>;

const event = z.union([init, retry, refused, turn, result]);
type News = z.infer<typeof init | typeof retry | typeof refused>;

/** What the program writes under this name for its own errors, in the place of a model. */
const noModel = '<synthetic>';
const editing: ReadonlySet<string> = new Set(['Edit', 'MultiEdit', 'Write', 'NotebookEdit']);

/** A tool under way. */
interface Call {
  readonly name: string;
  readonly subject: string;
  readonly path: string | undefined;
}

/**
 * Reads `--output-format stream-json` of Claude Code: `system` (init, api_retry, permission_denied), `assistant`, `user` with the answers of
 * tools, and at the end `result`, by which alone it is judged.
 *
 * @param directory paths below it are told relative to it. @param now monotonic ms.
 */
export function readClaudeCode(directory: string, onEvent: (event: AgentEvent) => void, now?: () => number): StreamReader {
  const times = toolTimes(now);
  const calls = new Map<string, Call>();
  const denied = new Set<string>();
  let sessionId: string | undefined;
  let lastWords = '';
  let hasWorked = false;
  let closing: Result | undefined;

  function deny(id: string, tool: string, subject: string): void {
    if (denied.has(id)) return;
    denied.add(id);
    onEvent({ type: 'denied', what: `${tool} ${subject}`.trim() });
  }

  function takeAnswer({ tool_use_id: id, is_error: failed, content }: z.infer<typeof answered>): void {
    const call = calls.get(id);
    if (call === undefined || denied.has(id)) return;
    calls.delete(id);
    const { name, subject, path } = call;
    const failure = failed ? { failure: textOf(content).trim().slice(0, 1_000) || 'It failed.' } : {};
    onEvent({ type: 'tool', name, subject, ...times.end(id), ...failure });
    if (failed) return;
    if (path !== undefined) onEvent({ type: 'edited', path });
    hasWorked ||= path !== undefined || name === 'Bash';
  }

  function takeTurn({ message }: z.infer<typeof turn>): void {
    for (const part of message.content) {
      const words = said.safeParse(part).data?.text.trim() ?? '';
      if (words !== '' && message.model !== noModel && message.model !== '') {
        lastWords = words;
        onEvent({ type: 'said', text: line(words) });
      }
      const call = asked.safeParse(part).data;
      if (call !== undefined) {
        calls.set(call.id, callOf(call, directory));
        times.begin(call.id);
      }
      const answer = answered.safeParse(part).data;
      if (answer !== undefined) takeAnswer(answer);
    }
  }

  function takeResult(told: Result): void {
    closing = told;
    for (const { tool_name: tool, tool_use_id: id, tool_input: input } of told.permission_denials)
      deny(id, tool, subjectOf(input, directory));
  }

  function takeNews(told: News): void {
    switch (told.subtype) {
      case 'init':
        sessionId = told.session_id;
        break;
      case 'api_retry':
        return onEvent({ type: 'waiting', why: waitingFor(told) });
      case 'permission_denied':
        return deny(told.tool_use_id, told.tool_name, calls.get(told.tool_use_id)?.subject ?? '');
    }
  }

  return {
    read(raw) {
      const object = jsonObject(raw);
      if (object === undefined) {
        if (raw.trim() !== '') onEvent({ type: 'output', line: line(raw, 2_000) });
        return;
      }
      const told = event.safeParse(object).data;
      if (told === undefined) return;
      switch (told.type) {
        case 'assistant':
        case 'user':
          return takeTurn(told);
        case 'result':
          return takeResult(told);
        case 'system':
          return takeNews(told);
      }
    },
    told: () => ({
      sessionId,
      summary: (closing?.is_error === false && closing.result.trim() !== '' ? closing.result.trim() : lastWords).slice(0, longestSummary),
      end: closing === undefined ? undefined : endOf(closing, hasWorked),
    }),
  };
}

function endOf(closing: Result, hasWorked: boolean): AgentReport['end'] {
  const why = [closing.errors?.join('; ') ?? '', closing.result].find((words) => words.trim() !== '') ?? closing.subtype;
  switch (closing.subtype) {
    case 'error_max_turns':
      return { kind: 'limit', limit: 'steps', reason: why };
    case 'error_max_budget_usd':
      return { kind: 'limit', limit: 'cost', reason: why };
    case 'success': {
      if (closing.is_error) return endByFailure({ status: closing.api_error_status ?? undefined, text: why });
      const { permission_denials: denials } = closing;
      if (denials.length === 0 || hasWorked) return { kind: 'finished' };
      return { kind: 'denied', reason: `It was not allowed: ${[...new Set(denials.map(({ tool_name: name }) => name))].join(', ')}.` };
    }
    default:
      return endByFailure({ status: closing.api_error_status ?? undefined, text: why });
  }
}

function waitingFor({ error, error_status: status, retry_delay_ms: delayMs }: z.infer<typeof retry>): string {
  const what = [error || 'an error', ...(typeof status === 'number' ? [`(${status})`] : [])].join(' ');
  return `its model could not be asked: ${what}; again in ${Math.ceil(delayMs / 1_000)} s`;
}

function callOf({ name, input }: z.infer<typeof asked>, directory: string): Call {
  const file = input['file_path'] ?? input['notebook_path'];
  const path = editing.has(name) && typeof file === 'string' ? within(file, directory) : undefined;
  return { name, subject: subjectOf(input, directory), path };
}

/** What of an input tells most, in a line. */
function subjectOf(input: Readonly<Record<string, unknown>>, directory: string): string {
  const keys = ['file_path', 'notebook_path', 'command', 'pattern', 'url', 'query', 'skill', 'description', 'path'];
  const value = keys.map((key) => input[key]).find((one) => typeof one === 'string');
  return typeof value === 'string' ? line(within(value, directory)) : '';
}

function within(path: string, directory: string): string {
  if (!isAbsolute(path)) return path;
  const inside = relative(directory, path);
  return inside.startsWith('..') || inside === '' ? path : inside;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content.replace(/^<tool_use_error>|<\/tool_use_error>$/g, '');
  return Array.isArray(content) ? content.map((part) => said.safeParse(part).data?.text ?? '').join('\n') : '';
}
