import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProviderProtocol } from '../../src/domain/model.ts';
import type { ScriptName } from './scripts.ts';

export type ProviderAddresses = Readonly<Record<ProviderProtocol, string>>;

/** A model call as the provider saw it. */
export interface Asked {
  /** Of the whole body: equal for the same question. */
  readonly digest: string;
  /** Of an agent in a world; else of a role. */
  readonly isOfWorld: boolean;
  /** Epoch ms. */
  readonly at: number;
}

/** A scripted provider in a process of its own. */
export interface ProviderProcess extends AsyncDisposable {
  readonly urls: ProviderAddresses;
  /** When the n-th call (from 1) came, in epoch ms; waits for it. */
  came(n: number): Promise<number>;
  /** All calls so far. */
  asked(): Promise<readonly Asked[]>;
}

type Message = { readonly urls: ProviderAddresses } | { readonly come: number; readonly at: number } | { readonly asked: readonly Asked[] };

/** @param delayMs before each answer. */
export async function startProvider(script: ScriptName, delayMs = 0): Promise<ProviderProcess> {
  const child = fork(fileURLToPath(new URL('provider-program.ts', import.meta.url)), [script, String(delayMs)], { execArgv: [] });
  const ended = once(child, 'exit');
  const came = new Map<number, PromiseWithResolvers<number>>();
  const cameOf = (n: number): PromiseWithResolvers<number> => {
    const known = came.get(n) ?? Promise.withResolvers<number>();
    came.set(n, known);
    return known;
  };
  child.on('message', (message: Message) => {
    if ('come' in message) cameOf(message.come).resolve(message.at);
  });
  const { urls } = await nextMessage(child, (each) => ('urls' in each ? each : undefined));
  return {
    urls,
    came: (n) => cameOf(n).promise,
    async asked() {
      child.send('asked');
      return (await nextMessage(child, (each) => ('asked' in each ? each : undefined))).asked;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await ended;
    },
  };
}

async function nextMessage<Wanted>(child: ChildProcess, pick: (message: Message) => Wanted | undefined): Promise<Wanted> {
  const { promise, resolve, reject } = Promise.withResolvers<Wanted>();
  const look = (each: unknown): void => {
    const wanted = pick(each as Message);
    if (wanted !== undefined) resolve(wanted);
  };
  const gone = (): void => reject(new Error('The provider has ended.'));
  child.on('message', look).once('exit', gone);
  try {
    return await promise;
  } finally {
    child.off('message', look).off('exit', gone);
  }
}
