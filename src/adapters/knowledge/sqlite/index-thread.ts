import { parentPort, workerData } from 'node:worker_threads';
import { threadAnswer } from '../call-thread.ts';
import type { ThreadCall } from '../call-thread.ts';
import { openConnections } from '../../store/sqlite/open.ts';
import { FileIndex } from './file-index.ts';
import type { IndexAsk, IndexThreadSettings } from './open-file-index.ts';
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

parentPort?.on('message', ({ number, ask }: ThreadCall<IndexAsk>) => {
  parentPort?.postMessage(threadAnswer(number, () => answer(ask)));
});
parentPort?.postMessage('ready');

function answer(ask: IndexAsk): unknown {
  switch (ask.what) {
    case 'position':
      return index.position();
    case 'put':
      return index.put(ask.changes, ask.position);
    case 'find':
      return index.find(ask.asked);
    case 'clear':
      return index.clear(ask.records);
  }
}
