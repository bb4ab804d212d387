import { exitCode, Failure } from '../domain/failure.ts';
import type { LogLevel } from '../domain/signals.ts';
import type { Place, ServiceDoor, Tell } from '../operations/tools.ts';
import { serve as serveTasks } from '../operations/serve.ts';
import { keepHeapSmall } from './keep-heap-small.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, LogTarget, Shell } from './shell.ts';

export interface ServeOptions extends GlobalOptions {
  /** Whether it makes sense only with a database that others use too. */
  readonly besideOthers: boolean;
  readonly label?: readonly string[];
  readonly worlds?: number;
  /** Seconds. */
  readonly drain: number;
  /** Where people, programs, forges and monitoring may ask; absent: where a service does that is not told. */
  readonly listen?: Place | 'none';
  /** Where monitoring alone may ask, and need not say who it is. */
  readonly monitor?: Place;
  /** What is written down, from this level on. */
  readonly logLevel?: LogLevel;
  readonly quiet?: boolean;
}

/**
 * `miyabi serve` and `miyabi worker`: execute tasks until they are told to stop. The first Ctrl-C (or SIGTERM) lets what runs come to its
 * end, the second hands it back.
 *
 * @throws Failure (usage) for a worker that shares its records with nobody.
 */
export async function serve(shell: Shell, options: ServeOptions): Promise<number> {
  using _heap = keepHeapSmall();
  await using app = await shell.open({ ...options, log: logAt(shell) }, flagsOf(options));
  if (options.besideOthers && !app.tools.sharing) throw noDatabase();
  const [drain, stop] = [new AbortController(), new AbortController()];
  const tell: Tell = (text, level = 'info') => app.tools.telemetry.tell({ type: 'said', component: 'service', level, text: oneLine(text) });
  using _interrupt = shell.onInterrupt(
    () => drain.abort(),
    () => stop.abort(),
  );
  const manager = await shell.serviceManager((text) => tell(text, 'warn'));
  using _telling = manager.keepTelling();
  drain.signal.addEventListener('abort', () => void manager.stopping(), { once: true });
  const { monitor } = options;
  const { at, orAnyPort } = doorOf(options);
  const isHeard = at !== undefined || monitor !== undefined;
  await using listening = isHeard
    ? await app.tools.listen({ at, orAnyPort, monitor, user: shell.user, tell, draining: drain.signal })
    : undefined;
  for (const door of listening?.doors ?? []) {
    tellOfDoor(door, tell);
    // It lets somebody in: for the person at the terminal, and not for whoever keeps logs.
    if (door.signIn !== undefined && app.log?.isPretty === true)
      shell.err(`A browser signs in once, within five minutes: ${door.signIn}\n`);
  }
  // Of nothing new nobody else tells, and whoever asked would not know whether they were heard.
  const readAgain = async (): Promise<void> => {
    const { kind } = await app.tools.configuration.reload();
    if (kind === 'same') tell('The configuration was read again, and says what it said before.');
  };
  using _hangUp = shell.onHangUp(() => void readAgain());
  await serveTasks(app.tools, {
    labels: options.label ?? [],
    worlds: options.worlds,
    drainMs: options.drain * 1_000,
    tell,
    ready: () => void manager.ready(),
    logsAllRuns: !options.besideOthers,
    drain: drain.signal,
    stop: stop.signal,
  });
  tell('Has stopped.');
  return exitCode.done;
}

function tellOfDoor({ url, paths, notes }: ServiceDoor, tell: Tell): void {
  tell(`Answers at ${url}: ${paths.join(', ')}.`);
  for (const note of notes) tell(note);
}

/** Also with `--quiet`: then it holds what went wrong. */
function logAt({ errStream, colours }: Shell): LogTarget {
  return { write: (text) => void errStream.write(text), isTerminal: errStream.isTTY, colours };
}

function flagsOf({ logLevel, quiet }: ServeOptions): Readonly<Record<string, unknown>> {
  const level = logLevel ?? (quiet === true ? 'error' : undefined);
  return level === undefined ? {} : { log: { level } };
}

/** A worker is asked by nobody unless told; a service answers people of this machine. */
function doorOf({ listen, besideOthers }: ServeOptions): { readonly at: Place | undefined; readonly orAnyPort: boolean } {
  if (listen === 'none' || (listen === undefined && besideOthers)) return { at: undefined, orAnyPort: false };
  return listen === undefined ? { at: usualDoor, orAnyPort: true } : { at: listen, orAnyPort: false };
}

const usualDoor: Place = { host: '127.0.0.1', port: 4747 };

function noDatabase(): Failure {
  return new Failure('usage', {
    what: 'A worker needs the database that it shares with others, and none is named.',
    why: 'Neither --database nor MIYABI_DATABASE_URL nor database.url in your own configuration says where it is.',
    fix: 'Give its address in one of them, such as postgres://miyabi@db/miyabi; for runs of this machine alone there is `miyabi serve`.',
  });
}
