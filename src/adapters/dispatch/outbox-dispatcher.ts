import type { Changes } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Dispatcher } from '../../ports/dispatcher.ts';
import type { ForeignQueue, TakenEntry } from '../../ports/foreign-queue.ts';
import { executorOf } from '../store/postgres/executor.ts';
import type { SqlExecutor } from '../store/postgres/executor.ts';
import { deliverFrom } from './deliver-from.ts';
import { fromQueue } from './from-queue.ts';
import { writeOutbox } from './outbox/outbox.ts';
import { Relay } from './outbox/relay.ts';

export interface OutboxOptions<Taken extends TakenEntry> {
  /** Runs statements on the database of the records, outside of any transaction. */
  readonly executor: SqlExecutor;
  readonly queue: ForeignQueue<Taken>;
  readonly changes: Changes;
  readonly clock: Clock;
  /** Keeps environments apart that share a database. Default `default`. */
  readonly namespace?: string;
  /** How long the queue may refuse everything before that is a failure, in ms. Default 60,000. */
  readonly busyLimitMs?: number;
  /** Ready for so long without being brought here, a task is taken to be lost to the queue, in ms. Default 5,000. */
  readonly lostAfterMs?: number;
}

export interface OutboxDispatcher extends Dispatcher {
  /** Relays no more. What delivers is stopped before. */
  close(): Promise<void>;
}

/**
 * Delivery of shared tasks by a queue that cannot join the records' transaction. What is sent lies in the table `weaver_dispatch` from the
 * commit until the queue has it; whoever has committed brings it there, or, when that process is dead, any other.
 */
export function outboxDispatcher<Taken extends TakenEntry>(options: OutboxOptions<Taken>): OutboxDispatcher {
  const { queue, changes, clock, namespace = 'default', busyLimitMs = 60_000, lostAfterMs = 5_000 } = options;
  const relay = new Relay({ executor: options.executor, changes, clock, queue, namespace });
  return {
    send: async (transaction, dispatches) => {
      await writeOutbox(executorOf(transaction), namespace, dispatches);
      relay.written();
    },
    deliver: (consumer) => deliverFrom(fromQueue(consumer, { queue, clock, busyLimitMs, lostAfterMs }), consumer, { changes, clock }),
    close: () => relay.close(),
  };
}
