/** Answers the API while runs begin and five worlds print, and ends with whoever started it. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { openApp } from '../../src/app.ts';
import { displayId } from '../../src/domain/ids.ts';
import { worldNames } from '../../src/domain/world.ts';
import { analyseType } from '../../src/workflow/task-types.ts';
import { apiStand } from '../../test/support/api-stand.ts';
import { peakMiB } from '../support/child.ts';
import type { StreamRates, StreamUse } from './stream-service.ts';

process.once('disconnect', () => process.exit(0));
const [, , stateRoot = '', rates = '{}'] = process.argv;
const { runsASecond, linesASecond } = JSON.parse(rates) as StreamRates;
const environment = { PATH: process.env['PATH'], HOME: stateRoot, XDG_CONFIG_HOME: stateRoot };
const { tools } = await openApp({ environment, version: '0.0.0', flags: {}, stateRoot });
const api = await apiStand(tools);
const begin = async () =>
  (await tools.engine.submit({ title: 'x', tasks: [{ type: analyseType.name, key: 'analyse', payload: {} }] })).jobId;
const run = await begin();
setInterval(() => void begin(), 1_000 / runsASecond);

const files = worldNames.slice(0, 5).map((world) => tools.state.log(run, 'task-1', world));
mkdirSync(dirname(files[0]!), { recursive: true });
/** Each line says when it was printed, as lines of tests are long. */
const together = 5;
setInterval(
  () => {
    const line = `${Date.now()} ok 12 - parses a price with cents ${'.'.repeat(60)}\n`;
    for (const file of files) appendFileSync(file, line.repeat(together));
  },
  (1_000 * together) / linesASecond,
);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, peakMiB: peakMiB() } satisfies StreamUse);
});
process.send?.({ url: api.url, token: api.tokens.read, run: displayId('run', run) });
