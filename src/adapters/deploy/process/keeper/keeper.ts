import { join } from 'node:path';
import { DeployRefused, FencedOff } from '../../../../ports/deployer.ts';
import type { AnswerOf, RequestOf, Verb } from '../messages.ts';
import { protocol } from '../messages.ts';
import { acceptsConnections } from './accepts-connections.ts';
import { createKeptState } from './kept-state.ts';
import { createKeptTraffic } from './kept-traffic.ts';
import { createListener } from './listener.ts';
import { createProxy } from './proxy.ts';
import { runHook } from './run-hook.ts';
import { createRunning } from './running.ts';
import { openWalls } from './walls.ts';

/** What a keeper does, by what it is asked for. */
export type Verbs = { readonly [Name in Verb]: (request: RequestOf<Name>) => Promise<AnswerOf<Name>> };

export interface KeeperOptions {
  /** Of the environment. */
  readonly folder: string;
  /** Whether the folder is still the one that it was begun with. */
  readonly isIntact: () => boolean;
  readonly note: (line: string) => void;
  /** Called when it has left. */
  readonly onLeft: () => void;
}

/** How long a release may be silent before the head of its answer, in ms. */
const patienceMs = 120_000;
/** How long a release may take until it can be connected to before it serves, in ms. */
const readyMs = 30_000;
/** How long requests may take to end when the keeper leaves, in ms. */
const leaveMs = 5_000;
/** How long to wait for a public port that somebody else holds, each time, in ms. */
const listenAgainMs = 1_000;
/** A keeper that keeps nothing leaves after so long, in ms. */
const idleMs = 60_000;

/**
 * Holds the public port of one environment, looks after its releases, and remembers both: begun again after a death it finds everything
 * as it was, and what ran runs on in the meantime. Changes are made one after the other.
 */
export async function openKeeper({ folder, isIntact, note, onLeft }: KeeperOptions): Promise<Verbs> {
  const state = await createKeptState(join(folder, 'keeper.json'));
  const walls = await openWalls();
  const traffic = await createKeptTraffic(join(folder, 'traffic.json'));
  const home = join(folder, 'home');
  const running = createRunning({ folder, home, walls, state, note });
  const proxy = () =>
    createProxy({
      serving: () => running.upstream(state.now.serving),
      onAnswered: (release, answered) => traffic.add(release, answered),
      patienceMs,
    });
  const listener = createListener(proxy);
  const hooks = new Map<string, Promise<AnswerOf<'hook'>>>();
  let turn: Promise<unknown> = Promise.resolve();
  let lastAsked = Date.now();
  let isLeaving = false;

  async function raise(fence: number): Promise<void> {
    if (fence < state.now.fence) throw new FencedOff(fence, state.now.fence);
    if (fence > state.now.fence) await state.update((now) => ({ ...now, fence }));
  }

  /** One change at a time, and none by whoever has been overtaken meanwhile. */
  async function change<Result>(fence: number, work: () => Promise<Result>): Promise<Result> {
    const mine = turn.then(async () => {
      await raise(fence);
      return await work();
    });
    turn = mine.catch(() => undefined);
    return await mine;
  }

  async function listenAt(at: RequestOf<'start'>['listen']): Promise<void> {
    const port = await listener.move(at, state.now.port);
    if (port !== state.now.port || at.host !== state.now.listen?.host || at.port !== state.now.listen.port)
      await state.update((now) => ({ ...now, listen: at, port }));
  }

  async function serve(release: number): Promise<null> {
    const upstream = running.upstream(release);
    if (upstream === undefined) throw new DeployRefused(`r${release} does not run here`);
    if (state.now.serving === release) return null;
    if (!(await acceptsConnections(() => upstream.url, readyMs)))
      throw new Error(`r${release} could not be connected to within ${readyMs / 1000} s; what served before serves on`);
    await state.update((now) => ({ ...now, serving: release }));
    note(`r${release} serves`);
    return null;
  }

  async function hook({ fence, ...request }: RequestOf<'hook'>): Promise<AnswerOf<'hook'>> {
    await change(fence, async () => null);
    const under =
      hooks.get(request.key) ??
      runHook({ folder, home, walls, onChange: (known) => state.hook(request.key, known) }, request, state.now.hooks[request.key]);
    hooks.set(request.key, under);
    return await under.finally(() => hooks.delete(request.key));
  }

  /** What was there before the last death. */
  async function restore(): Promise<void> {
    await running.restore();
    await listenAgain();
  }

  /** The public port may still be held by somebody who is about to let go. */
  async function listenAgain(): Promise<void> {
    const { listen } = state.now;
    if (listen === undefined || isLeaving) return;
    await listenAt(listen).catch((error: unknown) => {
      note(String(error));
      setTimeout(() => void change(state.now.fence, listenAgain), listenAgainMs);
    });
  }

  /** Somebody has removed the folder: nobody can ask for anything any more, and nothing of it may be left running. */
  async function end(): Promise<void> {
    note('its folder is gone: everything is ended');
    clearInterval(idle);
    await listener.close(0);
    await running.abandon();
    await traffic.abandon();
    onLeft();
  }

  async function leave(): Promise<null> {
    if (isLeaving) return null;
    isLeaving = true;
    clearInterval(idle);
    await turn;
    running.leave();
    await listener.close(leaveMs);
    await traffic.close();
    note('leaves; what runs runs on');
    onLeft();
    return null;
  }

  const idle = setInterval(() => {
    const isBusy = listener.url !== undefined || hooks.size > 0 || running.all().length > 0;
    if (!isIntact()) void end();
    else if (!isBusy && Date.now() - lastAsked > idleMs) void leave();
  }, 1_000);

  await restore();

  const verbs: Verbs = {
    fence: ({ fence }) => change(fence, async () => null),
    start: (request) =>
      change(request.fence, async () => {
        await listenAt(request.listen);
        return { asAsked: await running.start(request, state.now.serving === request.release) };
      }),
    attach: (request) =>
      change(request.fence, async () => {
        await listenAt(request.listen);
        await running.attach(request);
        return null;
      }),
    serve: ({ fence, release }) => change(fence, () => serve(release)),
    retire: ({ fence, keep, stopMs }) =>
      change(fence, async () => {
        await running.retire((release) => keep.includes(release) || release === state.now.serving, stopMs);
        return null;
      }),
    hook,
    status: async () => {
      const all = running.all();
      const serving = all.find(({ release }) => release === state.now.serving);
      const { url } = listener;
      return {
        protocol,
        pid: process.pid,
        fence: state.now.fence,
        walls: walls.sentence,
        upstreams: [...all],
        ...(serving === undefined ? {} : { serving: { release: serving.release, commit: serving.commit } }),
        ...(url === undefined ? {} : { url }),
      };
    },
    traffic: async ({ release, from, to }) => {
      const { latenciesMs = [], p95Ms, ...counts } = traffic.between(release, from, to);
      return { ...counts, latenciesMs: [...latenciesMs], ...(p95Ms === undefined ? {} : { p95Ms }) };
    },
    leave,
  };
  return countAsked(verbs, () => void (lastAsked = Date.now()));
}

function countAsked(verbs: Verbs, onAsked: () => void): Verbs {
  return Object.fromEntries(
    Object.entries(verbs).map(([name, verb]) => [
      name,
      (request: never) => {
        onAsked();
        return (verb as (request: never) => Promise<unknown>)(request);
      },
    ]),
  ) as unknown as Verbs;
}
