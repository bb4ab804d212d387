import { z } from 'zod';
import { indented, linesOf, text } from './read-json.ts';

const block = z.object({ type: z.literal('text'), text: z.string() });
const content = z.array(z.looseObject({ type: z.string() })).catch([]);
const message = z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string().optional() });
const update = z.object({ params: z.object({ update: z.looseObject({ sessionUpdate: z.string() }) }) });
const call = z.object({ title: text, kind: text, status: text, content });
const plan = z.object({ entries: z.array(z.object({ content: z.string(), status: text })).catch([]) });
const failed = z.object({ error: z.object({ message: z.string() }) });
const permission = z.object({ params: z.object({ toolCall: z.object({ title: text }) }) });

/** What is being said or thought, piece by piece. */
type Voice = 'said' | 'thought';

/** How long a line may grow before it is told up to its last word, and how much of one without words is kept; in characters. */
const longestWaiting = 16_384;
const longestKept = 65_536;

/** Messages of the Agent Client Protocol as an agent sends them, one a line; what it says comes in pieces, and is told a line at a time. */
export interface AcpWords {
  /** @returns undefined for what is no message. */
  read(object: Readonly<Record<string, unknown>>): readonly string[] | undefined;
  /** What still waits for the end of its line. */
  rest(): readonly string[];
}

export function acpWords(): AcpWords {
  let voice: Voice = 'said';
  let waiting = '';

  function rest(): readonly string[] {
    const words = linesOf(waiting);
    waiting = '';
    return words.map((line) => spoken(voice, line));
  }

  /** Lines that are whole. What is too long is cut where a word ends: nothing that was written in one piece is torn. */
  function say(by: Voice, piece: string): readonly string[] {
    const before = by === voice ? [] : rest();
    voice = by;
    waiting = `${waiting}${piece}`.slice(0, longestKept);
    if (!piece.includes('\n') && waiting.length <= longestWaiting) return before;
    const end = waiting.length > longestWaiting ? Math.max(waiting.lastIndexOf('\n'), waiting.lastIndexOf(' ')) : waiting.lastIndexOf('\n');
    if (end === -1) return before;
    const whole = waiting.slice(0, end).split('\n');
    waiting = waiting.slice(end + 1);
    return [...before, ...whole.map((line) => spoken(by, line))];
  }

  function readUpdate(told: Readonly<Record<string, unknown>> & { readonly sessionUpdate: string }): readonly string[] {
    const piece = block.safeParse(told['content']).data?.text ?? '';
    switch (told.sessionUpdate) {
      case 'agent_message_chunk':
        return say('said', piece);
      case 'agent_thought_chunk':
        return say('thought', piece);
      case 'tool_call':
      case 'tool_call_update':
        return [...rest(), ...wordsOfCall(told)];
      case 'plan':
        return [...rest(), ...(plan.safeParse(told).data?.entries ?? []).map(wordsOfStep)];
      default:
        return [];
    }
  }

  return {
    read(object) {
      const told = message.safeParse(object).data;
      if (told === undefined) return undefined;
      if (told.method === 'session/update') {
        const read = update.safeParse(object).data;
        return read === undefined ? [] : readUpdate(read.params.update);
      }
      if (told.method === 'session/request_permission')
        return [...rest(), `> asks for permission: ${permission.safeParse(object).data?.params.toolCall.title ?? ''}`.trimEnd()];
      const error = failed.safeParse(object).data;
      return error === undefined ? [] : [...rest(), `! ${error.error.message}`];
    },
    rest,
  };
}

function spoken(voice: Voice, line: string): string {
  return voice === 'said' ? line : `~ ${line}`;
}

/** A call is told when it begins, and what came of it at its end. */
function wordsOfCall(told: Readonly<Record<string, unknown>> & { readonly sessionUpdate: string }): readonly string[] {
  const { title, kind, status, content: parts } = call.parse(told);
  const begins = told.sessionUpdate === 'tool_call' ? [`> ${title === '' ? kind : title.replaceAll(/\s+/g, ' ')}`.trimEnd()] : [];
  if (status !== 'completed' && status !== 'failed') return begins;
  const output = parts.map((part) => block.safeParse(part['content']).data?.text ?? '').join('\n');
  return [...begins, ...indented(output), ...(status === 'failed' ? ['! failed'] : [])];
}

function wordsOfStep({ content: step, status }: { readonly content: string; readonly status: string }): string {
  return `[${status === 'completed' ? 'x' : status === 'in_progress' ? '>' : ' '}] ${step}`;
}
