import type { Store, StoreReader, StoreTransaction } from '../../src/ports/store.ts';
import { refusal } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';
import { nothingTouched, watched } from './touched.ts';
import type { Touched } from './touched.ts';
import { never } from './turns.ts';

export interface FaultyStoreOptions {
  readonly machine: Machine;
  readonly life: Life;
  readonly faults: Faults;
  /** Looks at what was committed before anybody goes on. */
  readonly committed: (touched: Touched) => Promise<void>;
}

/** The store as one process has it: every call waits for its turn, and may meet a fault. */
export function faultyStore(store: Store, options: FaultyStoreOptions): Store {
  const { machine, life } = options;
  const call = async <T>(what: 'read' | 'write', work: (fault: Fault | undefined) => Promise<T>): Promise<T> => {
    await machine.turns.take(life);
    const fault = options.faults.draw(what);
    machine.note(life.name, fault === undefined ? what : `${what}: ${fault.kind}`);
    if (fault?.kind === 'refused') throw refusal();
    if (fault?.kind === 'killed before') return die(life);
    if (fault?.kind === 'slow') {
      await life.sleep(fault.ms);
      await machine.turns.take(life);
    }
    const value = await machine.turns.alone(() => work(fault));
    if (fault?.kind === 'killed after') return die(life);
    if (fault?.kind === 'late') await life.sleep(fault.ms);
    return value;
  };
  return {
    read: (look) =>
      call('read', async (fault) => {
        if (fault?.kind === 'run again') await store.read(look);
        const value = await store.read(look);
        if (fault?.kind === 'refused inside') throw refusal();
        return value;
      }),
    write: (change) =>
      call('write', async (fault) => {
        const touched = nothingTouched();
        if (fault?.kind === 'run again') await undone(store, change);
        const value = await store.write((transaction) => refusing(transaction, change, { fault, touched }));
        await options.committed(touched);
        return value;
      }),
  };
}

function die(life: Life): Promise<never> {
  life.die();
  return never();
}

class Undone extends Error {}

async function undone(store: Store, change: (transaction: StoreTransaction) => Promise<unknown>): Promise<void> {
  try {
    await store.write(async (transaction) => {
      await change(transaction);
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
}

async function refusing<T>(
  transaction: StoreTransaction,
  change: (transaction: StoreTransaction) => Promise<T>,
  { fault, touched }: { readonly fault: Fault | undefined; readonly touched: Touched },
): Promise<T> {
  let left = fault?.kind === 'refused inside' ? fault.call : Infinity;
  const value = await change(
    watched(transaction, touched, () => {
      left -= 1;
      if (left === 0) throw refusal();
    }),
  );
  if (Number.isFinite(left) && left > 0) throw refusal();
  return value;
}

/** Reads without turns and faults, for those who check. */
export type Look = <T>(look: (records: StoreReader) => Promise<T>) => Promise<T>;
