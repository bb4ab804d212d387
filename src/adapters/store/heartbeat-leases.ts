import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../ports/clock.ts';

/** The wall clock has jumped when it and the monotonic clock disagree by more than they did, in ms. */
const jumpMs = 1_000;

const held = `SELECT 1 FROM weaver_task WHERE state = 'running' AND lease_owner = :process LIMIT 1`;

const renewal = `
  UPDATE weaver_task
  SET lease_until = max(lease_until, min(:until, coalesce(lease_limit, :until)))
  WHERE state = 'running' AND lease_owner = :process`;

const move = `
  UPDATE weaver_task
  SET lease_started_at = lease_started_at + :drift, lease_until = lease_until + :drift, lease_limit = lease_limit + :drift
  WHERE state = 'running' AND lease_owner = :process AND (lease_started_at <= :upTo OR lease_started_at > :after)`;

/**
 * The leases of one process. They are held in wall time, which other processes can read; when the wall clock jumps they are moved
 * along, so that a time limit is neither over at once nor hours away.
 */
export class Leases {
  readonly #database: DatabaseSync;
  readonly #options: { readonly process: string; readonly leaseMs: number; readonly clock: Clock };
  #seen: { readonly wall: number; readonly offset: number };

  /** @param options.process whose leases they are. */
  constructor(database: DatabaseSync, options: { readonly process: string; readonly leaseMs: number; readonly clock: Clock }) {
    this.#database = database;
    this.#options = options;
    this.#seen = this.#look();
  }

  /** Renews them all, or none. @throws what the database says, also that it is busy. */
  renew(): void {
    const { process, leaseMs } = this.#options;
    const before = this.#seen;
    const now = this.#look();
    // Without a lease there is nothing to write, and nobody has to wait for it.
    if (this.#database.prepare(held).get({ process }) !== undefined) {
      this.#inTransaction(() => {
        const drift = now.offset - before.offset;
        if (Math.abs(drift) >= jumpMs) this.#move(now.wall, drift, before.wall);
        this.#database.prepare(renewal).run({ until: now.wall + leaseMs, process });
      });
    }
    this.#seen = now;
  }

  /**
   * What was claimed after the jump has its times right already. Forwards, nothing from before it can say a later time than the old
   * clock now would. Backwards, nothing from after it says a time that has not come, or one from before the last look by the new
   * clock. What cannot be told is left with the limit that is further away.
   */
  #move(wall: number, drift: number, lastLook: number): void {
    const [upTo, after] = drift > 0 ? [wall - drift, Number.MAX_SAFE_INTEGER] : [lastLook + drift, wall];
    this.#database.prepare(move).run({ drift: Math.round(drift), process: this.#options.process, upTo: Math.round(upTo), after });
  }

  #look(): { readonly wall: number; readonly offset: number } {
    const { clock } = this.#options;
    const wall = clock.now();
    return { wall, offset: wall - clock.monotonic() };
  }

  #inTransaction(body: () => void): void {
    const database = this.#database;
    database.exec('BEGIN IMMEDIATE');
    try {
      body();
      database.exec('COMMIT');
    } finally {
      if (database.isTransaction) database.exec('ROLLBACK');
    }
  }
}
