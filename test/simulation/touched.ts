import type { JobId } from '../../src/domain/ids.ts';
import type { DecisionRecord } from '../../src/ports/records.ts';
import type { Rows, StoreTransaction } from '../../src/ports/store.ts';

/** What a transaction has written. */
export interface Touched {
  readonly jobs: Set<JobId>;
  readonly decisions: DecisionRecord[];
  /** Whether anything was written at all. */
  wrote: boolean;
}

export function nothingTouched(): Touched {
  return { jobs: new Set(), decisions: [], wrote: false };
}

const reading =
  /^(?:job|task|children|depend|attempts|decisions|latest|events|ready|running|heldBack|limits|due|expired|next|unclaimed|processes|effect|openJob)/;

/** A transaction that notes what is written, and tells of every call before it is made; what `before` throws is thrown to the caller. */
export function watched(transaction: StoreTransaction, touched: Touched, before: () => void): StoreTransaction {
  return new Proxy(transaction, {
    get: (target, name: Extract<keyof StoreTransaction, string>) => {
      // Also asked for what it has not, such as whether it is a promise.
      if (!(name in target)) return undefined;
      return (...given: readonly never[]) => {
        before();
        note(touched, name, given);
        return (target[name] as (...all: readonly never[]) => Promise<unknown>).apply(target, given as never);
      };
    },
  });
}

function note(touched: Touched, name: string, given: readonly unknown[]): void {
  if (!reading.test(name)) touched.wrote = true;
  const [first] = given;
  if (name === 'limitLeases' || name === 'carry') touched.jobs.add(first as JobId);
  if (name === 'save') noteRows(touched, first as Rows);
}

function noteRows(touched: Touched, { newJobs = [], jobs = [], newTasks = [], tasks = [], decisions = [] }: Rows): void {
  for (const { id } of [...newJobs, ...jobs]) touched.jobs.add(id);
  for (const { jobId } of [...newTasks, ...tasks.map(({ after }) => after)]) touched.jobs.add(jobId);
  touched.decisions.push(...decisions);
}
