import { readFile } from 'node:fs/promises';
import { format } from 'oxfmt';
import type { FormatConfig } from 'oxfmt';
import { grafanaDashboard } from './grafana-dashboard.ts';
import { metricsPage } from './metrics-page.ts';

/** What scripts/grafana.mjs writes: paths from the top of this repository, and their texts as the formatter leaves them. */
export async function madeForMonitoring(): Promise<readonly (readonly [path: string, text: string])[]> {
  const options = JSON.parse(await readFile(new URL('../../.oxfmtrc.json', import.meta.url), 'utf8')) as FormatConfig;
  const made = [
    ['deploy/grafana/dashboards/miyabi.json', JSON.stringify(grafanaDashboard())],
    ['docs/metrics.md', metricsPage()],
  ] as const;
  return await Promise.all(
    made.map(async ([path, text]) => {
      const { code, errors } = await format(path, text, options);
      if (errors.length > 0) throw new Error(`${path} cannot be formatted: ${errors.map(({ message }) => message).join(', ')}`);
      return [path, code] as const;
    }),
  );
}
