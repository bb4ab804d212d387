/**
 * What people wait for who look at runs: the stream of what happens, lists, pages, and commands that only look.
 *
 * Each part starts a real service over a state folder of its own and asks it from other processes, as browsers and terminals do.
 *
 *     npm run bench -- ui [--json] [--quick] [--only stream,runs-list] [--minutes 0.25] [--folder <on the disk to measure>]
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { measureParts } from './support/parts.ts';
import { dashboard } from './ui/dashboard.ts';
import type { Part } from './ui/part.ts';
import { runsList } from './ui/runs-list.ts';
import { status } from './ui/status.ts';
import { stream } from './ui/stream.ts';

const parts: readonly Part[] = [stream, runsList, dashboard, status];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    minutes: { type: 'string', default: '0.25' },
    folder: { type: 'string', default: tmpdir() },
  },
});

await measureParts({
  name: 'ui',
  parts,
  only: values.only,
  folder: values.folder,
  quick: values.quick,
  rounds: values.quick ? 3 : 5,
  json: values.json,
  more: { minutes: Number(values.minutes) },
});
