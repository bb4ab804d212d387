import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A service in which runs begin and programs print, in a process of its own. */
export interface StreamService extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** The one whose logs grow. */
  readonly run: string;
  /** Processor time that it has used so far. */
  cpuMs(): Promise<number>;
  /** The most memory it has had. */
  peakMiB(): Promise<number>;
}

/** What goes on in it. */
export interface StreamRates {
  readonly runsASecond: number;
  readonly linesASecond: number;
}

/** What it tells of itself when it is asked. */
export interface StreamUse {
  readonly cpuMs: number;
  readonly peakMiB: number;
}

export async function startStreamService(folder: string, rates: StreamRates): Promise<StreamService> {
  const file = fileURLToPath(new URL('stream-program.ts', import.meta.url));
  const program = fork(file, [folder, JSON.stringify(rates)], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [told] = (await once(program, 'message')) as [{ readonly url: string; readonly token: string; readonly run: string }];
  async function use(): Promise<StreamUse> {
    const answer = once(program, 'message') as Promise<[StreamUse]>;
    program.send('use');
    return (await answer)[0];
  }
  return {
    ...told,
    cpuMs: async () => (await use()).cpuMs,
    peakMiB: async () => (await use()).peakMiB,
    [Symbol.asyncDispose]: async () => {
      const ended = once(program, 'exit');
      program.disconnect();
      await ended;
    },
  };
}
