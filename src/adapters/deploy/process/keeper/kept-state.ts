import type { KnownHook } from './run-hook.ts';
import { readState, writeJson } from './state-file.ts';
import type { KeeperState } from './state-file.ts';

/** What a keeper remembers: on the disk before it is so. */
export interface KeptState {
  readonly now: KeeperState;
  /** Changes follow one another, whoever makes them. */
  update(change: (now: KeeperState) => KeeperState): Promise<void>;
  hook(key: string, hook: KnownHook): Promise<void>;
}

/** How many hooks are remembered. */
const mostHooks = 100;

export async function createKeptState(file: string): Promise<KeptState> {
  let now = await readState(file);
  let turn: Promise<unknown> = Promise.resolve();

  async function update(change: (before: KeeperState) => KeeperState): Promise<void> {
    const mine = turn.then(async () => {
      const next = change(now);
      await writeJson(file, next);
      now = next;
    });
    turn = mine.catch(() => undefined);
    await mine;
  }

  return {
    get now() {
      return now;
    },
    update,
    hook: (key, hook) =>
      update((before) => {
        const others = Object.entries(before.hooks).filter(([name]) => name !== key);
        return { ...before, hooks: Object.fromEntries([...others, [key, hook] as const].slice(-mostHooks)) };
      }),
  };
}
