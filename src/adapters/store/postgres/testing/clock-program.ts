import { openPostgres } from '../open.ts';

/** Says what this machine's clock and the database's say, as one line of JSON. */
const database = await openPostgres(process.argv[2] ?? '');
console.log(JSON.stringify({ wall: Date.now(), database: database.clock.now() }));
await database.close();
