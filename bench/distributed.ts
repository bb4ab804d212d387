/**
 * Many machines: submits, settles, latencies and whole runs on PostgreSQL, with pg-boss, graphile-worker and bare inserts beside them.
 *
 * A task here does nothing, or waits. The server is one of its own with its usual durability (fsync and synchronous_commit on), or that of
 * `DATABASE_URL`; workers are processes. All sides of a comparison do the same work in the same minutes, in turns.
 *
 *     npm run bench -- distributed [--json] [--quick] [--only submit,settle] [--folder <on the disk to measure>]
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { agents } from './distributed/agents.ts';
import { finished } from './distributed/finished.ts';
import type { Part } from './distributed/part.ts';
import { peers } from './distributed/peers.ts';
import { openServer } from './distributed/server.ts';
import { settle } from './distributed/settle.ts';
import { start } from './distributed/start.ts';
import { submit } from './distributed/submit.ts';
import { waiting } from './distributed/waiting.ts';
import { measureParts } from './support/parts.ts';

const parts: readonly Part[] = [submit, settle, peers, start, waiting, finished, agents];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
  },
});

await using server = await openServer();
await measureParts({
  name: 'distributed',
  parts,
  only: values.only,
  folder: values.folder,
  quick: values.quick,
  rounds: values.quick ? 1 : 3,
  json: values.json,
  more: { server },
  onInterrupt: async () => await server[Symbol.asyncDispose](),
});
