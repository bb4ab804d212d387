import { expect, it } from 'vitest';
import type { Deployment } from '../domain/deployment.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { explainDeployment } from './explain-deployment.ts';

const deployment: Deployment = {
  id: 'd',
  repositoryId: 'r' as RepositoryId,
  environment: 'production',
  release: 12,
  previous: 11,
  jobId: 'j' as JobId,
  fence: 3,
  state: 'rolled-back',
  verdict: { rule: 'latency', reason: 'p95 was 210 ms.', evidence: ['12:00 p95\n210 ms'], inconclusive: false, at: 5 },
  baseline: { requests: 1_000, errors: 0, p95Ms: 100, source: 'the proxy' },
  leaves: 11,
  startedAt: 1,
  servedAt: 2,
  endedAt: 6,
};

it('tells why a release was taken back, by what evidence, and compared with what', () => {
  expect(explainDeployment(deployment)).toBe(
    [
      'production: r12 was taken back because it answered too slowly.',
      '',
      'p95 was 210 ms.',
      '',
      'Evidence',
      '  12:00 p95 210 ms',
      '',
      'It was compared with r11: 1,000 requests, 0 % errors, p95 100 ms, by the proxy.',
      '',
      'r11 serves there. The commit of r12 goes out nowhere until `miyabi releases lift r12`.',
    ].join('\n'),
  );
});

it('says where nothing is shown against a release, and of a good one only that', () => {
  const verdict = { ...deployment.verdict!, rule: 'no-data', inconclusive: true, evidence: [] } as const;
  const unknown = explainDeployment({ ...deployment, verdict, previous: undefined, leaves: undefined });
  expect(unknown).toMatch(/what cannot be proven is not kept[^]*compared with the release before it[^]*Nothing is known to serve/);
  expect(explainDeployment({ ...deployment, state: 'live', verdict: undefined, baseline: undefined })).toBe('production: r12 is live.');
});
