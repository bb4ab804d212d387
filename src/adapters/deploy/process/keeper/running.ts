import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { KeeperStatus, RequestOf } from '../messages.ts';
import type { KeptState } from './kept-state.ts';
import { readJson, removeFile, writeJson } from './state-file.ts';
import type { AttachedRelease, KeeperState, SupervisedRelease } from './state-file.ts';
import type { ProgramPlace } from './start-program.ts';
import { supervise } from './supervise.ts';
import type { Supervised } from './supervise.ts';
import { createUpstream } from './upstream.ts';
import type { Upstream } from './upstream.ts';

export interface RunningOptions extends ProgramPlace {
  readonly state: KeptState;
  readonly note: (line: string) => void;
}

/** The releases of one environment that run at the moment. */
export interface Running {
  all(): KeeperStatus['upstreams'];
  upstream(release: number | undefined): Upstream | undefined;
  /** Takes over, or starts again, what is written down. */
  restore(): Promise<void>;
  /**
   * One that runs is found running; with other settings it is started anew where that is asked for, unless it serves.
   * @returns whether it runs with the settings that are asked for.
   */
  start(request: RequestOf<'start'>, isServing: boolean): Promise<boolean>;
  attach(request: RequestOf<'attach'>): Promise<void>;
  /** Ends all but those that are kept, once their requests are answered, at most `stopMs` later. */
  retire(isKept: (release: number) => boolean, stopMs: number): Promise<void>;
  /** Looks after them no longer. */
  leave(): void;
  /** Ends all at once, and writes nothing down any more. */
  abandon(): Promise<void>;
}

type Known = KeeperState['releases'][number];

interface One {
  readonly upstream: Upstream;
  /** Undefined for what runs by itself. */
  readonly supervised: Supervised | undefined;
}

const environmentSchema = z.record(z.string(), z.string());
type Environment = z.infer<typeof environmentSchema>;

export function createRunning({ folder, home, walls, state, note }: RunningOptions): Running {
  const running = new Map<number, One>();

  /** For its owner alone: it holds the secrets of the release, for the time when a keeper has died and another one starts it again. */
  const environmentFile = (release: number): string => join(folder, 'environments', `r${release}.json`);
  const environmentOf = async (release: number): Promise<Environment> =>
    environmentSchema.parse((await readJson(environmentFile(release))) ?? {});
  const known = (release: number): Known | undefined => state.now.releases.find((one) => one.release === release);
  const others = (now: KeeperState, release: number): readonly Known[] => now.releases.filter((one) => one.release !== release);
  const put = async (one: Known): Promise<void> => await state.update((now) => ({ ...now, releases: [...others(now, one.release), one] }));

  async function look(release: SupervisedRelease, environment: Environment, mayFail: boolean): Promise<void> {
    const supervised = await supervise(release, {
      mayFail,
      walls,
      folder,
      home,
      environment,
      logFile: join(folder, 'logs', `r${release.release}.log`),
      takenPorts: () => state.now.releases.flatMap((one) => (one.kind === 'supervised' && one.port !== undefined ? [one.port] : [])),
      onChange: async (change) => {
        const { process: _before, ...rest } = release;
        if (known(release.release) !== undefined) await put({ ...rest, ...change });
      },
      note,
    });
    running.set(release.release, { supervised, upstream: createUpstream(release.release, () => supervised.url) });
  }

  async function restoreOne(release: SupervisedRelease): Promise<void> {
    await look(release, await environmentOf(release.release), false);
  }

  function attachOne({ release, url }: AttachedRelease): void {
    running.set(release, { supervised: undefined, upstream: createUpstream(release, () => url) });
  }

  async function end(release: number, { upstream, supervised }: One, stopMs: number): Promise<void> {
    running.delete(release);
    await upstream.drained(stopMs);
    await supervised?.end(stopMs);
    await forget(release);
    note(`r${release} is ended`);
  }

  async function forget(release: number): Promise<void> {
    await state.update((now) => ({ ...now, releases: [...others(now, release)] }));
    await removeFile(environmentFile(release));
  }

  return {
    all: () =>
      state.now.releases.map((one) => ({
        release: one.release,
        commit: one.commit,
        ...(running.has(one.release) ? { url: running.get(one.release)?.upstream.url } : {}),
        ...(one.kind === 'supervised' ? { exits: one.exits } : {}),
      })),
    upstream: (release) => (release === undefined ? undefined : running.get(release)?.upstream),
    async restore() {
      for (const one of state.now.releases) {
        if (one.kind === 'attached') attachOne(one);
        // One of which too little is left must not keep the others from serving.
        else await restoreOne(one).catch((error: unknown) => note(`r${one.release} cannot be restored: ${String(error)}`));
      }
    },
    async start({ fence: _fence, listen: _listen, renews, environment, ...request }, isServing) {
      const { release } = request;
      const there = running.get(release);
      if (there !== undefined) {
        const isSame = isAsAsked(known(release), request) && isDeepStrictEqual(await environmentOf(release), environment);
        if (isSame || isServing || !renews) return isSame;
        await end(release, there, request.stopMs);
      }
      await writeJson(environmentFile(release), environment);
      const before = known(release);
      const rest = before?.kind === 'supervised' ? { mark: before.mark, exits: before.exits } : { mark: randomUUID(), exits: [] };
      const one: SupervisedRelease = { kind: 'supervised', ...request, ...rest };
      await put(one);
      try {
        await look(one, environment, true);
      } catch (error) {
        await forget(release);
        throw error;
      }
      return true;
    },
    async attach({ release, commit, url }) {
      const one: AttachedRelease = { kind: 'attached', release, commit, url };
      await put(one);
      attachOne(one);
    },
    async retire(isKept, stopMs) {
      const leaving = [...running].filter(([release]) => !isKept(release));
      await Promise.all(leaving.map(([release, one]) => end(release, one, stopMs)));
    },
    leave() {
      for (const { supervised } of running.values()) supervised?.leave();
    },
    async abandon() {
      await Promise.all([...running.values()].map(async ({ supervised }) => await supervised?.end(0)));
    },
  };
}

function isAsAsked(known: Known | undefined, asked: Pick<RequestOf<'start'>, 'command' | 'folder' | 'user'>): boolean {
  return known?.kind === 'supervised' && known.command === asked.command && known.folder === asked.folder && known.user === asked.user;
}
