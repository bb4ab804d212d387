/** The content types of the two formats that a scraper may ask for. */
export const textType = 'text/plain; version=0.0.4; charset=utf-8';
export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Whether whoever sends this header wants OpenMetrics: Prometheus names it first, whatever else it takes. */
export function wantsOpenMetrics(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((part) => {
    const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    return type === 'application/openmetrics-text' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

/**
 * The same in OpenMetrics. What differs: a family of counters is named without `_total`, there are no empty lines, and the end is marked, so that half an
 * answer is not taken for a whole one.
 */
export function asOpenMetrics(text: string): string {
  const counters = new Set([...text.matchAll(/^# TYPE (\S+)_total counter$/gm)].map(([, family]) => family));
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, head, family, rest] = /^(# (?:HELP|TYPE) )(\S+)_total( .*)$/.exec(line) ?? [];
      return family !== undefined && counters.has(family) ? `${head}${family}${rest}` : line;
    });
  return `${lines.join('\n')}\n# EOF\n`;
}
