// Makes the dashboard of Grafana and the page about the metrics from code: `node scripts/grafana.mjs`. A test says when what is there is no longer true.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { madeForMonitoring } from './support/made-for-monitoring.ts';

for (const [path, text] of await madeForMonitoring()) writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);
