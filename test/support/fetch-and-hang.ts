import pg from 'pg';
import type { Db } from 'pg-boss';
import { systemClock } from '../../src/adapters/clock.ts';
import { Boss } from '../../src/adapters/dispatch/pg-boss/boss.ts';
import { Queues } from '../../src/adapters/dispatch/pg-boss/queues.ts';
import { BossQueue } from '../../src/adapters/dispatch/pg-boss/take.ts';

/*
 * A worker that fetches everything from the queues of a namespace, says how much that was, and claims nothing of it.
 * `node fetch-and-hang.ts <url> <namespace>`
 */

const [url = '', namespace = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url });
const database: Db = { executeSql: (text, values) => pool.query(text, values) };
const boss = new Boss({ database }, () => undefined);
const queue = new BossQueue({ boss, queues: new Queues(boss, namespace), clock: systemClock, database });
const taken = await queue.take(() => true, 1_000);
process.stdout.write(`${taken.length}\n`);
