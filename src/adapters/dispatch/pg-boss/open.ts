import type { Db } from 'pg-boss';
import type { Changes } from '../../../ports/changes.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Dispatcher } from '../../../ports/dispatcher.ts';
import { executorOf } from '../../store/postgres/executor.ts';
import { deliverFrom } from '../deliver-from.ts';
import { fromQueue } from '../from-queue.ts';
import { Boss } from './boss.ts';
import { Queues } from './queues.ts';
import { sendToBoss } from './send.ts';
import { BossQueue } from './take.ts';

export interface PgBossOptions {
  /**
   * Runs statements outside of any transaction, several of them separated by semicolons too. While a task is sent to the first queue of its
   * route, one transaction waits for it: it needs a connection that no transaction can have taken.
   */
  readonly database: Db;
  readonly changes: Changes;
  readonly clock: Clock;
  /** Keeps environments apart that share a database. Default `default`. */
  readonly namespace?: string;
  /** How long the database may refuse everything before that is a failure, in ms. Default 60,000. */
  readonly busyLimitMs?: number;
  /** Ready for so long without being brought here, a task is taken to be lost to the queue, in ms. Default 5,000. */
  readonly lostAfterMs?: number;
  /** Told to people: what pg-boss warns of. */
  readonly notice?: (text: string) => void;
}

export interface PgBossDispatcher extends Dispatcher {
  /** Ends its upkeep. What delivers is stopped before. */
  close(): Promise<void>;
}

/**
 * Delivery of shared tasks by pg-boss, on the database of the records. It holds ids and nothing else, in a schema of its own that is made and
 * brought up to date here.
 *
 * @throws Failure (configuration) when that is not allowed.
 */
export async function openPgBoss(options: PgBossOptions): Promise<PgBossDispatcher> {
  const { changes, clock, busyLimitMs = 60_000, lostAfterMs = 5_000 } = options;
  const boss = new Boss(options, () => queues.forget());
  const queues = new Queues(boss, options.namespace ?? 'default');
  await boss.open();
  const queue = new BossQueue({ boss, queues, clock, database: options.database });
  return {
    send: (transaction, dispatches) => sendToBoss(dispatches, { boss, queues, db: executorOf(transaction) }),
    deliver: (consumer) => deliverFrom(fromQueue(consumer, { queue, clock, busyLimitMs, lostAfterMs }), consumer, { changes, clock }),
    close: () => boss.close(),
  };
}
