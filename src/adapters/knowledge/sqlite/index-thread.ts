import { parentPort, workerData } from 'node:worker_threads';
import type { IndexAnswer, IndexCall, IndexThreadSettings } from './open-file-index.ts';
import { openConnections } from '../../store/sqlite/open.ts';
import { FileIndex } from './file-index.ts';
import { knowledgeMigrations } from './schema.ts';

const { path, busyLimitMs } = workerData as IndexThreadSettings;

// Nothing in it that a power cut could take away is not to be had again.
const { writer, reader } = await openConnections({
  path,
  streams: [knowledgeMigrations],
  synchronous: 'NORMAL',
  now: Date.now(),
  busyLimitMs,
});
reader.database.close();
const { database } = writer;
// This thread may wait: nobody's loop stands still meanwhile.
database.exec(`PRAGMA busy_timeout = ${Math.floor(busyLimitMs)}`);
const index = new FileIndex(database);

parentPort?.on('message', ({ number, ask }: IndexCall) => {
  parentPort?.postMessage(answer(number, ask));
});
parentPort?.postMessage('ready');

function answer(number: number, ask: IndexCall['ask']): IndexAnswer {
  try {
    switch (ask.what) {
      case 'position':
        return { number, value: index.position() };
      case 'put':
        return { number, value: index.put(ask.changes, ask.position) };
      case 'find':
        return { number, value: index.find(ask.asked) };
      case 'clear':
        return { number, value: index.clear(ask.records) };
    }
  } catch (error) {
    // What SQLite says of an error does not travel with it.
    return { number, error, code: error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined };
  }
}
