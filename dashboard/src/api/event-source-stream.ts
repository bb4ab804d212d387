import type { Connection, LogPiece, RunEvent, Stream } from './stream.ts';

/** Types of events that the engine tells; see `src/domain/events.ts`. */
const eventTypes = [
  'job.submitted',
  'job.state',
  'job.sealed',
  'job.paused',
  'job.resumed',
  'task.created',
  'task.started',
  'task.state',
  'task.answered',
  'lease.lost',
] as const;

/** A stream over a connection of its own. The logs of a run are asked for while somebody listens to them. */
export function eventSourceStream(address = '/api/v1/events'): Stream & Disposable {
  const events = new Set<(event: RunEvent) => void>();
  const resets = new Set<() => void>();
  const connections = new Set<() => void>();
  const logs = new Map<string, Set<(piece: LogPiece) => void>>();
  let connection: Connection = 'connecting';
  let lastId: string | undefined;
  let source: EventSource | undefined;

  function become(next: Connection): void {
    if (connection === next) return;
    connection = next;
    for (const each of connections) each();
  }

  function open(): void {
    source?.close();
    const search = new URLSearchParams();
    if (logs.size > 0) search.set('logs', Array.from(logs.keys()).join(','));
    if (lastId !== undefined) search.set('after', lastId);
    source = new EventSource(search.size === 0 ? address : `${address}?${search.toString()}`);
    source.addEventListener('open', () => become('live'));
    source.addEventListener('error', () => become('reconnecting'));
    source.addEventListener('reset', () => {
      for (const each of resets) each();
    });
    source.addEventListener('log', ({ data }: MessageEvent<string>) => {
      const piece = JSON.parse(data) as LogPiece;
      for (const each of logs.get(piece.run) ?? []) each(piece);
    });
    for (const type of eventTypes)
      source.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
        lastId = lastEventId;
        for (const each of events) each(JSON.parse(data) as RunEvent);
      });
  }

  open();
  return {
    onEvent: (listener) => added(events, listener),
    onReset: (listener) => added(resets, listener),
    connection: () => connection,
    onConnection: (listener) => added(connections, listener),
    onLog: (run, listener) => {
      const known = logs.get(run);
      const listeners = known ?? new Set();
      listeners.add(listener);
      if (known === undefined) {
        logs.set(run, listeners);
        open();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        logs.delete(run);
        open();
      };
    },
    [Symbol.dispose]: () => source?.close(),
  };
}

function added<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
