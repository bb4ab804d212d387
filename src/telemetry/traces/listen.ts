import { randomUUID } from 'node:crypto';
import type { OperationEnd } from '../../domain/signals.ts';
import type { SpanId, TraceId } from '../../domain/trace.ts';
import { spanOf } from '../../domain/trace.ts';
import type { Listener, Running } from '../create-telemetry.ts';
import { name } from './names.ts';
import { spanOfOperation, spanOfWebhook } from './span-of-operation.ts';
import type { FinishedSpan, SpanEvent } from './span.ts';
import type { ReadContent } from './spans-of-ended.ts';

/** Spans that are kept back for what is above them; what comes then is let go with them. */
const mostKeptBack = 1_000;
const mostEvents = 100;
const longestText = 4_000;

interface TracesListener {
  /** Whether this trace is wanted. */
  readonly keeps: (trace: TraceId) => boolean;
  /** Takes secrets out of content; undefined where none is wanted. */
  readonly content: ReadContent | undefined;
  readonly now: () => number;
  readonly send: (spans: readonly FinishedSpan[]) => void;
}

/**
 * Makes spans of what is done within executions, below the spans of these, which are made of the records. What is above a span is sent with it or
 * before it: of a process that is killed in the midst of something, nothing is left without what it belongs to.
 */
export function listenForTraces({ keeps, content, now, send }: TracesListener): Required<Pick<Listener, 'told' | 'ended'>> {
  const ids = new WeakMap<Running, SpanId>();
  const events = new WeakMap<Running, SpanEvent[]>();
  const keptBack = new WeakMap<Running, FinishedSpan[]>();

  function idOf(running: Running): SpanId {
    const id = ids.get(running) ?? newSpanId();
    ids.set(running, id);
    return id;
  }

  /** It waits for the outermost operation of its execution. */
  function sendInTime(running: Running, span: FinishedSpan): void {
    const top = outermost(running);
    const waiting = keptBack.get(top) ?? [];
    waiting.push(span);
    keptBack.set(top, waiting);
    if (top !== running && waiting.length < mostKeptBack) return;
    keptBack.delete(top);
    send(waiting);
  }

  return {
    told(signal, { trace }, running) {
      if (signal.type !== 'content' || content === undefined || running === undefined) return;
      if (trace === undefined || !keeps(trace)) return;
      const sofar = events.get(running) ?? [];
      if (sofar.length >= mostEvents) return;
      const text = content(signal.text);
      sofar.push({ name: name.details, at: now(), attributes: { [contentNames[signal.of]]: text.slice(0, longestText) } });
      events.set(running, sofar);
    },
    ended(running, end: OperationEnd) {
      const { operation, place, parent } = running;
      if (operation.kind === 'webhook') {
        const span = spanOfWebhook(running, end, idOf(running));
        if (span !== undefined && keeps(span.trace)) send([span]);
        return;
      }
      const { trace, attempt } = place;
      if (operation.kind === 'attempt' || trace === undefined || attempt === undefined || !keeps(trace)) return;
      const above = parent === undefined || parent.operation.kind === 'attempt' ? spanOf(attempt) : idOf(parent);
      const standing = { trace, id: idOf(running), parent: above, events: events.get(running) ?? [] };
      sendInTime(running, spanOfOperation(running, end, standing));
    },
  };
}

const contentNames = { prompt: name.inputMessages, answer: name.outputMessages, tool: name.toolArguments } as const;

/** The first and the last 32 bits of a UUID are random; Node draws many of those at a time, which bytes are not. */
function newSpanId(): SpanId {
  const uuid = randomUUID();
  return `${uuid.slice(0, 8)}${uuid.slice(-8)}` as SpanId;
}

/** The operation below the execution in which all of this happens. */
function outermost(running: Running): Running {
  let top = running;
  while (top.parent !== undefined && top.parent.operation.kind !== 'attempt') top = top.parent;
  return top;
}
