import { PgBoss } from 'pg-boss';
import type { Db } from 'pg-boss';
import { Failure } from '../../../domain/failure.ts';

/** A schema of its own, so that another pg-boss on the same database is none of ours. */
export const bossSchema = 'pgboss_miyabi';

/** A queue that was there is not there any more. */
export class QueueGone extends Error {
  override readonly name = 'QueueGone';

  constructor(queue: string) {
    super(`The queue ${queue} does not exist any more.`);
  }
}

export interface BossOptions {
  /** Runs statements outside of any transaction. */
  readonly database: Db;
  /** Told to people: what pg-boss warns of. */
  readonly notice?: (text: string) => void;
}

/** pg-boss on connections of ours, set up again when somebody has taken its tables away. */
export class Boss {
  readonly #boss: PgBoss;
  readonly #gone: () => void;
  #started: Promise<PgBoss> | undefined;

  /** @param gone called when no queue is there any more. */
  constructor({ database, notice }: BossOptions, gone: () => void) {
    this.#gone = gone;
    this.#boss = new PgBoss({
      db: database,
      schema: bossSchema,
      schedule: false,
      superviseIntervalSeconds: 20,
      monitorIntervalSeconds: 20,
      maintenanceIntervalSeconds: 600,
      // There are no flows.
      flowIntervalSeconds: 3_600,
      warningQueueSize: 100_000,
    });
    // What its upkeep cannot do now it does at the next round; what a delivery cannot do rejects there.
    this.#boss.on('error', () => undefined);
    this.#boss.on('warning', ({ message }) => notice?.(message));
  }

  /** Resolves when the tables are there. @throws Failure (configuration) when they may not be made. */
  async open(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.close();
      throw codeOf(error) === '42501' ? notAllowed(error) : error;
    }
  }

  /** @throws Failure (configuration) when the tables are gone: they are made again by whoever uses it next. */
  async use<T>(work: (boss: PgBoss) => Promise<T>): Promise<T> {
    const started = this.#start();
    try {
      return await work(await started);
    } catch (error) {
      if (!isGone(error)) throw error;
      if (this.#started === started) {
        this.#gone();
        this.#started = undefined;
        await this.close();
      }
      throw tablesGone(error);
    }
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }

  #start(): Promise<PgBoss> {
    if (this.#started !== undefined) return this.#started;
    const started = this.#boss.start().catch((error: unknown) => {
      if (this.#started === started) this.#started = undefined;
      throw error;
    });
    this.#started = started;
    return started;
  }
}

/** Its schema, a table or a queue does not exist any more. */
function isGone(error: unknown): boolean {
  return error instanceof QueueGone || ['3F000', '42P01', '42883', 'PGBOSS_QUEUE_NOT_FOUND'].includes(codeOf(error) ?? '');
}

/** The SQLSTATE of an error, or of what it was made of. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}

function tablesGone(error: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: 'The tables of the queue are gone from the database.',
      why: `Somebody has removed them, or a part of the schema «${bossSchema}».`,
      fix: 'Nothing is lost: they are made again, and what waits is sent again from the records.',
    },
    { facts: { schema: bossSchema }, cause: error },
  );
}

function notAllowed(error: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: 'The queue could not be set up in the database.',
      why: `The user may not create the schema «${bossSchema}»: ${error instanceof Error ? error.message : String(error)}.`,
      fix: `Let the user create it (grant create on database ... to ...), or create the schema and make the user its owner.`,
    },
    { facts: { schema: bossSchema }, cause: error },
  );
}
