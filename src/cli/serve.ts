import { exitCode } from '../domain/failure.ts';
import { serve as serveTasks } from '../operations/serve.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface ServeOptions extends GlobalOptions {
  readonly label?: readonly string[];
  readonly worlds?: number;
  /** Seconds. */
  readonly drain: number;
  /** Where monitoring may ask. */
  readonly listen?: { readonly host: string; readonly port: number };
}

/**
 * `miyabi serve` and `miyabi worker`: execute tasks until they are told to stop. The first Ctrl-C (or SIGTERM) lets what runs come to its
 * end, the second hands it back.
 */
export async function serve(shell: Shell, options: ServeOptions): Promise<number> {
  await using app = await shell.open(options);
  const [drain, stop] = [new AbortController(), new AbortController()];
  const tell = (text: string): void => shell.err(`${oneLine(text)}\n`);
  await using listening = options.listen === undefined ? undefined : await app.tools.listen(options.listen);
  if (listening !== undefined) tell(`Answers at ${listening.url}: /health/live, /health/ready, /metrics.`);
  using _interrupt = shell.onInterrupt(
    () => drain.abort(),
    () => stop.abort(),
  );
  await serveTasks(app.tools, {
    labels: options.label ?? [],
    worlds: options.worlds,
    drainMs: options.drain * 1_000,
    tell,
    drain: drain.signal,
    stop: stop.signal,
  });
  return exitCode.done;
}
