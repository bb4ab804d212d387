import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { getLoadablePath } from 'sqlite-vec';
import { threadAnswer } from '../call-thread.ts';
import type { ThreadCall } from '../call-thread.ts';
import type { VectorAsk } from './open-vector-file.ts';
import { VectorFile } from './vector-file.ts';

const { path } = workerData as { readonly path: string };

const database = new DatabaseSync(path, { allowExtension: true, timeout: 60_000 });
database.loadExtension(getLoadablePath());
database.enableLoadExtension(false);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
const file = new VectorFile(database);

parentPort?.on('message', ({ number, ask }: ThreadCall<VectorAsk>) => {
  parentPort?.postMessage(threadAnswer(number, () => answer(ask)));
});
parentPort?.postMessage('ready');

function answer(ask: VectorAsk): unknown {
  switch (ask.what) {
    case 'position':
      return file.position(ask.model);
    case 'put':
      return file.put(ask.model, ask.vectors, ask.position);
    case 'nearest':
      return file.nearest(ask.model, ask.vector, ask.most, ask.only);
    case 'clear':
      return file.clear(ask.model);
  }
}
