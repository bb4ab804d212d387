/**
 * The engine: tasks per second, latencies, memory and idle cost, with other engines and the disk measured beside it.
 *
 * A task here does nothing: it is submitted, claimed and settled, with its attempt, decision and event rows. Durable means
 * `synchronous=FULL`. Everything is measured in processes of its own, sides of a comparison in turns.
 *
 *     npm run bench -- engine [--json] [--quick] [--only drain,idle] [--folder <on the disk to measure>]
 *                             [--install-peers | --peers <folder>]
 */
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { drain } from './engine/drain.ts';
import { fsync } from './engine/fsync.ts';
import { idle } from './engine/idle.ts';
import type { Part } from './engine/part.ts';
import { peers } from './engine/peers.ts';
import { installedPeers, installPeers } from './engine/peers/folder.ts';
import { queued } from './engine/queued.ts';
import { startLatency } from './engine/start-latency.ts';
import { submit } from './engine/submit.ts';
import { waiting } from './engine/waiting-tasks.ts';
import { measureParts } from './support/parts.ts';

const parts: readonly Part[] = [fsync, drain, peers, submit, startLatency, waiting, queued, idle];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    peers: { type: 'string' },
    'install-peers': { type: 'boolean', default: false },
  },
});

await measureParts({
  name: 'engine',
  parts,
  only: values.only,
  folder: values.folder,
  quick: values.quick,
  rounds: values.quick ? 3 : 5,
  json: values.json,
  more: { peers: values['install-peers'] ? installPeers() : values.peers === undefined ? installedPeers() : resolve(values.peers) },
});
