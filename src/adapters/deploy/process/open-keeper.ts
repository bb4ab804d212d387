import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrafficWindow } from '../../../domain/deployment.ts';
import { callKeeper, NoKeeper } from './call-keeper.ts';
import type { AnswerOf, KeeperStatus, ListenAt, ProgramRequest, RequestOf, Verb } from './messages.ts';
import { protocol } from './messages.ts';
import { startKeeper } from './start-keeper.ts';

export interface KeeperSettings {
  /** The environment's own, absolute. */
  readonly folder: string;
  /** Where users reach the environment; without it nothing can be started or attached, and the keeper only runs hooks. */
  readonly listen?: ListenAt;
  /** Our own Node. */
  readonly nodePath: string;
  /** How long a release gets to end: its requests, and then itself. */
  readonly stopMs: number;
  /** Files and folders that releases must not see. */
  readonly hidden: readonly string[];
}

/** What a program of a release is run with. */
export type KeptProgram = Omit<ProgramRequest, 'hidden'>;

/**
 * Asks the keeper of one environment, and starts it where it does not run. Changes throw `FencedOff` and `DeployRefused` as a `Deployer`'s do;
 * each can be asked for again.
 */
export interface Keeper {
  raiseFence(fence: number, signal: AbortSignal): Promise<void>;
  /**
   * Starts a release, and looks after it from then on.
   *
   * @param renews whether one that runs with other settings is started anew, unless it serves.
   * @returns whether it runs with these settings.
   */
  start(program: KeptProgram, renews: boolean, fence: number, signal: AbortSignal): Promise<boolean>;
  /** Something that runs by itself is a release here: it is given requests and neither started nor ended. Again with another URL: it has moved. */
  attach(
    release: { readonly release: number; readonly commit: string; readonly url: string },
    fence: number,
    signal: AbortSignal,
  ): Promise<void>;
  /** Gives all traffic to a release that runs and can be connected to. */
  serve(release: number, fence: number, signal: AbortSignal): Promise<void>;
  /** Ends (or lets go of) whatever runs but for these and what serves, once its requests are answered. */
  retire(keep: readonly number[], fence: number, signal: AbortSignal): Promise<void>;
  /** Runs a command of a release once under its key. @returns its exit code, 124 when its time was over, and the end of what it printed. */
  hook(
    program: KeptProgram & { readonly key: string; readonly timeoutMs: number },
    fence: number,
    signal: AbortSignal,
  ): Promise<{ readonly code: number; readonly tail: string }>;
  /** Undefined where there never was a keeper. */
  status(signal: AbortSignal): Promise<KeeperStatus | undefined>;
  traffic(release: number, from: number, to: number, signal: AbortSignal): Promise<TrafficWindow | undefined>;
}

/** How often somebody else's start of the same keeper is waited for. */
const attempts = 5;

export function openKeeper({ folder, listen, nodePath, stopMs, hidden }: KeeperSettings): Keeper {
  let isOurs = false;

  /** One of another version is asked to leave first; what it has started runs on. */
  async function replaceOther(signal: AbortSignal): Promise<void> {
    if (isOurs) return;
    const status = await callKeeper(folder, 'status', {}, signal).catch((error: unknown) => {
      if (error instanceof NoKeeper) throw error;
      return undefined;
    });
    if (status?.protocol !== protocol) await callKeeper(folder, 'leave', {}, signal);
    else isOurs = true;
  }

  async function ask<Name extends Verb>(verb: Name, request: RequestOf<Name>, signal: AbortSignal): Promise<AnswerOf<Name>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await replaceOther(signal);
        return await callKeeper(folder, verb, request, signal);
      } catch (error) {
        if (!(error instanceof NoKeeper) || attempt >= attempts) throw error;
        isOurs = false;
        if (attempt > 1) await delay(100 * attempt, undefined, { signal });
        await startKeeper(folder, nodePath);
      }
    }
  }

  function at(): ListenAt {
    if (listen === undefined) throw new Error('A keeper without a place to listen at has no releases.');
    return listen;
  }

  const hasBegun = (): boolean => existsSync(join(folder, 'keeper.json'));

  return {
    raiseFence: async (fence, signal) => void (await ask('fence', { fence }, signal)),
    start: async (program, renews, fence, signal) =>
      (await ask('start', { ...program, renews, fence, listen: at(), stopMs, hidden: [...hidden] }, signal)).asAsked,
    attach: async ({ release, commit, url }, fence, signal) =>
      void (await ask('attach', { release, commit, url, fence, listen: at() }, signal)),
    serve: async (release, fence, signal) => void (await ask('serve', { fence, release }, signal)),
    retire: async (keep, fence, signal) => void (await ask('retire', { fence, keep: [...keep], stopMs }, signal)),
    hook: (program, fence, signal) => ask('hook', { ...program, fence, hidden: [...hidden] }, signal),
    status: async (signal) => (hasBegun() ? await ask('status', {}, signal) : undefined),
    traffic: async (release, from, to, signal) => {
      if (!hasBegun()) return undefined;
      const { p95Ms, ...window } = await ask('traffic', { release, from, to }, signal);
      return { ...window, p95Ms };
    },
  };
}
