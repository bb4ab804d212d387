import { z } from 'zod';
import { noUsage } from '../../domain/model.ts';
import { fromUsd } from '../../domain/money.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { AgentEvent, AgentTask } from '../../ports/agent.ts';
import { toolTimes } from '../tool-times.ts';
import { changedPaths, failureOf, subjectOf, textOf, toolCall } from './tool-calls.ts';
import type { ToolCall } from './tool-calls.ts';

/** Turns what a program tells of its work into events. */
export interface Updates {
  /** Takes the parameters of a `session/update`, as they came; what is not understood is left out. */
  see(params: unknown): void;
  /** While it is told of what was before, nothing of it is an event. */
  pause(isPaused: boolean): void;
  /** Tells what still waits for its end. */
  flush(): void;
  /** What it said last; what it did, where it said nothing. */
  summary(): string;
  /** Whether it has changed or run anything. */
  hasWorked(): boolean;
  /** What it says that the session has cost so far. */
  costMicroUsd(): MicroUsd | undefined;
}

/** Events of one run; what a program that floods tells beyond that is in the log alone. */
const mostEvents = 20_000;
/** Calls of tools that are remembered. */
const mostCalls = 1_000;
/** Text that is told in one piece, in characters. */
const longestText = 2_000;
/** Of one update, in characters. */
const longestPiece = 20_000;

const notification = z.object({ update: z.looseObject({ sessionUpdate: z.string() }) });
const plan = z.object({ entries: z.array(z.object({ content: z.string(), status: z.string() })).max(1_000) });
const cost = z.object({ cost: z.object({ amount: z.number().nonnegative(), currency: z.literal('USD') }) });
/** Kinds of calls that can leave something behind. */
const deeds: ReadonlySet<string> = new Set(['edit', 'delete', 'move', 'execute']);
const states: Readonly<Record<string, 'doing' | 'done'>> = { in_progress: 'doing', completed: 'done' };

/** @param isCounted whether others count what the program uses; else what it says of it itself is an event. */
export function createUpdates({ directory, onEvent }: Pick<AgentTask, 'directory' | 'onEvent'>, isCounted: boolean): Updates {
  /** Those that have ended are kept as undefined: of some it is told more than once that they have. */
  const calls = new Map<string, ToolCall | undefined>();
  const times = toolTimes();
  let paused = false;
  let hasWorked = false;
  let events = 0;
  let costUsd: number | undefined;
  /** What is being said, and has not been told yet. */
  let saying = '';
  /** The whole of what was said since the last call of a tool. */
  let message = '';
  let spoken = '';

  function tell(event: AgentEvent): void {
    events += 1;
    if (events < mostEvents) onEvent(event);
    if (events === mostEvents) onEvent({ type: 'output', line: 'It tells so much that the rest of it is only in the log.' });
  }

  function say(text: string): void {
    const piece = text.length > longestPiece ? `${text.slice(0, longestPiece)}...` : text;
    message = `${message}${piece}`.slice(-2 * longestText);
    saying += piece;
    for (let end = endOfPiece(saying); end > 0; end = endOfPiece(saying)) {
      tellSaid(saying.slice(0, end));
      saying = saying.slice(end);
    }
  }

  function tellSaid(text: string): void {
    if (text.trim() !== '') tell({ type: 'said', text: text.trim() });
  }

  function endSaying(): void {
    tellSaid(saying);
    if (message.trim() !== '') spoken = message.trim();
    saying = '';
    message = '';
  }

  function tellCall(call: ToolCall): void {
    const name = call.name ?? call.kind ?? 'tool';
    const failed = call.status === 'failed';
    tell({
      type: 'tool',
      name,
      subject: subjectOf(call, directory),
      ...times.end(call.toolCallId),
      ...(failed ? { failure: failureOf(call) } : {}),
    });
    if (call.status !== 'completed') return;
    hasWorked ||= deeds.has(call.kind ?? '');
    for (const path of changedPaths(call, directory)) tell({ type: 'edited', path });
  }

  /** A call is told when it has ended: by then it is known what it was about. */
  function seeCall(update: ToolCall): void {
    endSaying();
    const known = calls.get(update.toolCallId);
    if (known === undefined && calls.has(update.toolCallId)) return;
    const call = known === undefined ? update : merged(known, update);
    const isOver = call.status === 'completed' || call.status === 'failed';
    calls.set(update.toolCallId, isOver ? undefined : call);
    if (isOver) tellCall(call);
    else times.begin(call.toolCallId);
    const [oldest] = calls.keys();
    if (calls.size > mostCalls && oldest !== undefined) calls.delete(oldest);
  }

  function seePlan(update: unknown): void {
    const entries = plan.safeParse(update).data?.entries;
    if (entries === undefined) return;
    tellSaid(saying);
    saying = '';
    tell({
      type: 'planned',
      steps: entries.map(({ content, status }) => ({ text: content.slice(0, longestText), state: states[status] ?? 'pending' })),
    });
  }

  function seeCost(amount: number | undefined): void {
    if (amount === undefined || amount === costUsd) return;
    costUsd = amount;
    if (!isCounted) tell({ type: 'used', usage: noUsage, costMicroUsd: fromUsd(amount) });
  }

  return {
    see(params) {
      const update = notification.safeParse(params).data?.update;
      if (update === undefined || paused) return;
      switch (update.sessionUpdate) {
        case 'agent_message_chunk':
          return say(spokenText(update['content']));
        case 'tool_call':
        case 'tool_call_update': {
          const call = toolCall.safeParse(update).data;
          return call === undefined ? undefined : seeCall(call);
        }
        case 'plan':
          return seePlan(update);
        case 'usage_update':
          return seeCost(cost.safeParse(update).data?.cost.amount);
        default:
          return undefined;
      }
    },
    pause(isPaused) {
      paused = isPaused;
    },
    flush() {
      endSaying();
      for (const call of calls.values()) if (call !== undefined) tellCall(call);
      calls.clear();
    },
    summary: () => (spoken.length > longestText ? `${spoken.slice(0, longestText)}...` : spoken),
    hasWorked: () => hasWorked,
    costMicroUsd: () => (costUsd === undefined ? undefined : fromUsd(costUsd)),
  };
}

/** Gemini CLI says it as if the model had said it. */
const modeNotice = /^\[MODE_UPDATE\] \S+$/;

function spokenText(content: unknown): string {
  const text = textOf(content) ?? '';
  return modeNotice.test(text) ? '' : text;
}

/** Paragraphs are told one by one, and what goes on for too long in pieces. @returns 0 while the text may go on. */
function endOfPiece(text: string): number {
  const end = text.indexOf('\n\n');
  if (end >= 0 && end < longestText) return end + 2;
  return text.length > longestText ? longestText : 0;
}

/** An update says only what has changed. */
function merged(known: ToolCall, update: ToolCall): ToolCall {
  return {
    toolCallId: known.toolCallId,
    title: update.title ?? known.title,
    name: update.name ?? known.name,
    kind: update.kind ?? known.kind,
    status: update.status ?? known.status,
    content: update.content ?? known.content,
    locations: update.locations ?? known.locations,
    rawInput: update.rawInput ?? known.rawInput,
    rawOutput: update.rawOutput ?? known.rawOutput,
  };
}
