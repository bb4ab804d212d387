import { changedKeys } from '../../domain/changed-keys.ts';
import { heldBack } from '../../domain/held-back.ts';
import type { ConfigLayer } from '../../domain/resolve-config.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { OwnConfiguration, Reloaded } from '../../ports/own-configuration.ts';

/** Where the configuration of a process is from. */
export interface ConfigurationSource {
  /** As it was when the process began. */
  readonly first: readonly ConfigLayer[];
  /** Reads it anew. @throws whatever keeps it from being read. */
  readonly read: () => Promise<readonly ConfigLayer[]>;
  /** Calls back when it may have changed. */
  readonly watch: (changed: () => void) => Disposable;
}

/** Holds the configuration of a process: the last that was whole and right stands, without what needs a restart. */
export function holdConfiguration({ first, read, watch }: ConfigurationSource): OwnConfiguration {
  let current = first;
  let said = first;
  let refused: string | undefined;
  const again = async (): Promise<Reloaded> => {
    try {
      const layers = await read();
      const after = resolveConfig(layers).explained;
      const keys = changedKeys(resolveConfig(said).explained, after).map(({ path }) => path);
      if (keys.length === 0 && refused === undefined) return { kind: 'same' };
      const waiting = changedKeys(resolveConfig(current).explained, after).filter(({ holds }) => holds === 'restart');
      const next = heldBack(current, layers);
      resolveConfig(next);
      [current, said, refused] = [next, layers, undefined];
      return { kind: 'changed', keys, waiting: waiting.map(({ path }) => path) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why === refused) return { kind: 'same' };
      refused = why;
      return { kind: 'kept', why };
    }
  };
  const hearers = new Set<Parameters<OwnConfiguration['subscribe']>[0]>();
  let reading: Promise<unknown> = Promise.resolve();
  /** One reading after the other: of two changes the later one stands. */
  const reload = async (): Promise<Reloaded> => {
    const mine = reading.then(again);
    reading = mine;
    const reloaded = await mine;
    if (reloaded.kind !== 'same') for (const heard of hearers) heard(reloaded);
    return reloaded;
  };
  return {
    current: () => current,
    reload,
    subscribe(heard) {
      hearers.add(heard);
      return { [Symbol.dispose]: () => void hearers.delete(heard) };
    },
    watch() {
      const watching = watch(() => void reload());
      // What changed between the first reading and now nobody tells of.
      void reload();
      return {
        async [Symbol.asyncDispose]() {
          watching[Symbol.dispose]();
          await reading;
        },
      };
    },
  };
}
