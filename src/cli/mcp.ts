import { exitCode } from '../domain/failure.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface McpOptions extends GlobalOptions {
  readonly answers: 'person' | 'agent';
}

/** `miyabi mcp`: other agents use Miyabi over standard input and output, until they hang up. */
export async function mcp(shell: Shell, options: McpOptions): Promise<number> {
  await using app = await shell.open(options);
  const stop = new AbortController();
  using _interrupt = shell.onInterrupt(() => stop.abort());
  await app.tools.talk({
    user: shell.user,
    cwd: shell.cwd,
    answers: options.answers,
    ...shell.streams,
    tell: (text) => shell.err(`${oneLine(text)}\n`),
    signal: stop.signal,
  });
  return exitCode.done;
}
