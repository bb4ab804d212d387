import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { OperationId } from './operations.ts';
import type { AnswerKey } from './queries.ts';
import type { Connection, LogPiece, RunEvent, Stream } from './stream.ts';

const StreamContext = createContext<Stream | undefined>(undefined);

/** How long changes are gathered before what they change is asked anew, in ms. */
const gatherMs = 300;

/** What events of any run change. */
const ofAllRuns: ReadonlySet<OperationId> = new Set([
  'listRuns',
  'listEscalations',
  'listAnswered',
  'listStandingAnswers',
  'listWorkers',
  'readService',
  'readCost',
  'readBurn',
  'listDeployments',
  'listReleases',
]);

/** Whether an answer may be another one after something has happened in these runs. */
export function staleBy(runs: ReadonlySet<string>, [id, asked]: AnswerKey): boolean {
  if (ofAllRuns.has(id)) return true;
  const { params, query } = asked as { readonly params?: { readonly run?: string }; readonly query?: { readonly run?: string } };
  const run = params?.run ?? query?.run;
  return run !== undefined && (run === 'last' || Array.from(runs).some((each) => each.startsWith(run)));
}

/** Keeps what is shown as it is: what something has happened to is asked anew, a few times a second at most. */
export function Live({ stream, children }: { readonly stream: Stream; readonly children: ReactNode }) {
  const client = useQueryClient();
  useEffect(() => keepFresh(client, stream), [client, stream]);
  return <StreamContext value={stream}>{children}</StreamContext>;
}

function keepFresh(client: QueryClient, stream: Stream): () => void {
  let changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The next questions wait for the answers to these: where a service is slow it is not asked faster than it answers.
  const askAnew = async (): Promise<void> => {
    const runs = changed;
    changed = new Set();
    await client.invalidateQueries({ predicate: ({ queryKey }) => staleBy(runs, queryKey as unknown as AnswerKey) });
    timer = changed.size === 0 ? undefined : setTimeout(() => void askAnew(), gatherMs);
  };
  const ends = [
    stream.onEvent(({ run }) => {
      changed.add(run);
      timer ??= setTimeout(() => void askAnew(), gatherMs);
    }),
    stream.onReset(() => void client.invalidateQueries()),
  ];
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
  };
}

function useStream(): Stream {
  const stream = use(StreamContext);
  if (stream === undefined) throw new Error('This is shown outside of <Live>.');
  return stream;
}

/** Whether what is shown is what is. */
export function useConnection(): Connection {
  const stream = useStream();
  return useSyncExternalStore(
    (listener) => stream.onConnection(listener),
    () => stream.connection(),
  );
}

/** Hears of every line that a log of this run gets, as long as it is shown; of none where there is no run to listen to. */
export function useLogPieces(run: string | undefined, heard: (piece: LogPiece) => void): void {
  const stream = useStream();
  const hear = useEffectEvent(heard);
  useEffect(() => (run === undefined ? undefined : stream.onLog(run, (piece) => hear(piece))), [stream, run]);
}

/** Hears of everything that happens. */
export function useRunEvents(heard: (event: RunEvent) => void): void {
  const stream = useStream();
  const hear = useEffectEvent(heard);
  useEffect(() => stream.onEvent((event) => hear(event)), [stream]);
}
