/**
 * What it costs to look after Miyabi for months: instrumentation, a scrape, a backup while work goes on, and how soon it works again after a kill.
 *
 *     npm run bench -- ops [--json] [--quick] [--only instrumentation,scrape,backup,recovery] [--folder <on the disk to measure>]
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { backup } from './ops/backup.ts';
import { instrumentation } from './ops/instrumentation.ts';
import { recovery } from './ops/recovery.ts';
import { scrape } from './ops/scrape.ts';
import type { Part } from './support/parts.ts';
import { measureParts } from './support/parts.ts';

const parts: readonly Part[] = [instrumentation, scrape, backup, recovery];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
  },
});

await measureParts({
  name: 'ops',
  parts,
  only: values.only,
  folder: values.folder,
  quick: values.quick,
  rounds: values.quick ? 3 : 5,
  json: values.json,
  more: {},
});
