import { systemClock } from '../../../clock.ts';
import { systemIds } from '../../../ids.ts';
import { openDatabase } from '../../open-database.ts';

// Takes a slot for each of the folders as soon as a line comes in, and prints them. Usage: slot-program.ts PATH FOLDER...
const [path = '', ...folders] = process.argv.slice(2);
const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  void Promise.all(folders.map((folder) => database.ledger.slots.take(folder)))
    .then(async (slots) => {
      process.stdout.write(`${JSON.stringify(slots)}\n`);
      await database.close();
    })
    .finally(() => process.stdin.destroy());
});
