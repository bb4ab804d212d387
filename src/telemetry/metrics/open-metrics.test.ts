import { expect, it } from 'vitest';
import { asOpenMetrics, wantsOpenMetrics } from './open-metrics.ts';

it('names families of counters without their ending, and marks the end', () => {
  const text = [
    '# HELP a_total Things.',
    '# TYPE a_total counter',
    'a_total{of="x"} 1',
    '',
    '# HELP b_total Not counted.',
    '# TYPE b_total gauge',
    'b_total 2',
    '',
  ].join('\n');
  expect(asOpenMetrics(text)).toBe(
    '# HELP a Things.\n# TYPE a counter\na_total{of="x"} 1\n# HELP b_total Not counted.\n# TYPE b_total gauge\nb_total 2\n# EOF\n',
  );
});

it.each([
  [undefined, false],
  ['*/*', false],
  ['text/plain;version=0.0.4', false],
  ['application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;q=0.5,*/*;q=0.1', true],
  ['text/plain, application/openmetrics-text; q=0', false],
])('of a scraper that takes %s', (accept, is) => {
  expect(wantsOpenMetrics(accept)).toBe(is);
});
