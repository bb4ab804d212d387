import { setTimeout as delay } from 'node:timers/promises';
import type { QueryConfig } from 'pg';
import type { Held, Locks } from '../../../ports/lock.ts';
import type { Pulse } from './pulse.ts';

interface Options {
  /** Runs a statement that may be run again, each time in a transaction of its own. */
  readonly query: (query: QueryConfig) => Promise<{ readonly rows: Record<string, unknown>[] }>;
  /** Renews what is held. */
  readonly pulse: Pick<Pulse, 'hold' | 'letGo'>;
  /** How long a lock outlasts its holder, in ms. */
  readonly lockMs: number;
  readonly random: () => number;
}

const nowMs = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** Who finds it taken changes nothing, not even for a moment. Run again by the same holder it gives the same answer. */
const take = `
  INSERT INTO weaver_lock (name, holder, until)
  SELECT $1, $2, ${nowMs} + $3::bigint
  WHERE NOT EXISTS (SELECT 1 FROM weaver_lock WHERE name = $1 AND until > ${nowMs} AND holder <> $2)
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE weaver_lock.until <= ${nowMs} OR weaver_lock.holder = excluded.holder
  RETURNING holder`;

const giveBack = 'DELETE FROM weaver_lock WHERE name = $1 AND holder = $2';

/**
 * Locks over all machines that share the database: a row that its holder's process renews. Who has died, was frozen or cannot reach the
 * database any more loses them when the time is over, and finds them lost (`isIntact`).
 */
export function postgresLocks({ query, pulse, lockMs, random }: Options): Locks {
  const tryAcquire = async (name: string): Promise<Held | undefined> => {
    const holder = crypto.randomUUID();
    const { rows } = await query({ text: take, values: [name, holder, lockMs] });
    return rows.length === 0 ? undefined : held(name, holder);
  };

  const held = (name: string, holder: string): Held => {
    const isHeld = pulse.hold(holder);
    let released = false;
    return {
      isIntact: () => released || isHeld(),
      release: async () => {
        if (released) return;
        released = true;
        pulse.letGo(holder);
        await query({ text: giveBack, values: [name, holder] });
      },
    };
  };

  return {
    tryAcquire,
    acquire: async (name, signal) => {
      for (;;) {
        signal?.throwIfAborted();
        const found = await tryAcquire(name);
        if (found !== undefined) return found;
        await delay(50 + random() * 100, undefined, signal === undefined ? {} : { signal });
      }
    },
  };
}
