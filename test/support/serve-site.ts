import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ForgeSite } from './forge-site.ts';
import { endKeptEnvironment } from './kept-environment.ts';

/** A service that carries the issues of a site. */
export interface SiteService extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  /** Rejects when it ends before it is told to. */
  readonly ended: Promise<never>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** @throws with what it said when it does not begin to work. */
export async function serveSite(site: ForgeSite, args: readonly string[] = []): Promise<SiteService> {
  const service = site.start(['serve', '--listen', 'none', '--monitor', '127.0.0.1:0', ...args]);
  const said: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let monitor = '';
  createInterface({ input: service.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 50) said.shift();
    monitor = /Answers at (http:\S+): \/health\/live/.exec(line)?.[1] ?? monitor;
    if (/Takes runs/.test(line)) resolve(monitor);
  });
  let isTold = false;
  const ended = (async (): Promise<never> => {
    const { exitCode } = await service;
    const text = `the service ended with ${exitCode ?? 'a signal'}:\n${said.join('\n')}`;
    reject(new Error(text));
    if (isTold) return await new Promise<never>(() => undefined);
    throw new Error(text);
  })();
  // Who waits for it hears of it.
  ended.catch(() => undefined);
  const url = await promise;
  return {
    pid: service.pid!,
    url,
    ended,
    async kill() {
      isTold = true;
      service.kill('SIGKILL');
      await service;
    },
    async [Symbol.asyncDispose]() {
      isTold = true;
      service.kill('SIGTERM');
      await service;
    },
  };
}

/** Ends what was deployed on this machine, which outlives whoever deployed it. */
export async function endDeployed({ options: { state } }: ForgeSite): Promise<void> {
  for await (const file of glob('**/keeper.json', { cwd: state })) await endKeptEnvironment(dirname(join(state, file)));
}
