import type { Store, StoreReader, StoreTransaction } from '../../../src/ports/store.ts';

/** Engines with one defect each, made by records that do not do what they should. */
export const brokenEngines: readonly { readonly defect: string; readonly wrapStore: (store: Store) => Store }[] = [
  { defect: 'lets nothing go on that a limit held back', wrapStore: reading(() => ({ heldBack: async () => [] })) },
  { defect: 'knows of no limit that was set', wrapStore: reading(() => ({ limits: async () => [] })) },
  { defect: 'never ends a wait', wrapStore: reading(() => ({ dueTasks: async () => [] })) },
  { defect: 'takes no lease back from the dead', wrapStore: reading(() => ({ runningTasks: async () => [] })) },
  {
    defect: 'forgets the last of several dependents',
    wrapStore: reading((records) => ({ dependents: async (id) => (await records.dependents(id)).slice(0, 1) })),
  },
  { defect: 'forgets its decisions', wrapStore: writing((records) => ({ save: (rows) => records.save({ ...rows, decisions: [] }) })) },
  {
    defect: 'believes every lease to last a minute longer',
    wrapStore: reading((records) => ({
      task: async (id) => {
        const task = await records.task(id);
        return task?.state === 'running' ? { ...task, lease: { ...task.lease, until: task.lease.until + 60_000 } } : task;
      },
    })),
  },
];

function reading(change: (records: StoreReader) => Partial<StoreReader>): (store: Store) => Store {
  return (store) => ({
    read: (look) => store.read((records) => look({ ...records, ...change(records) })),
    write: (body) => store.write((records) => body({ ...records, ...change(records) })),
  });
}

function writing(change: (records: StoreTransaction) => Partial<StoreTransaction>): (store: Store) => Store {
  return (store) => ({
    read: (look) => store.read(look),
    write: (body) => store.write((records) => body({ ...records, ...change(records) })),
  });
}
