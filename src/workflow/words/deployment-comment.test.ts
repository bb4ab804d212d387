import { expect, it } from 'vitest';
import type { DeploymentComment } from './deployment-comment.ts';
import { deploymentComment } from './deployment-comment.ts';

const about: DeploymentComment = {
  run: 'run_7f3k2m9qxa',
  commit: 'abcdef0123456789abcdef0123456789abcdef01',
  deployment: {
    environment: 'production',
    release: 12,
    state: 'rolled-back',
    verdict: {
      rule: 'errors',
      reason: '31 of 240 requests failed over 5 min (12.9 %), more than 5 %',
      evidence: ['12:00:05 GET / 500', '12:00:10 ``` @ada #1 <img src=x>'],
      inconclusive: false,
      at: 200_000,
    },
    baseline: { requests: 1_240, errors: 2, p95Ms: 41.6, source: 'the proxy' },
    startedAt: 0,
    servedAt: 60_000,
    endedAt: 260_000,
  },
  reason: null,
  serving: 11,
  notes: [{ at: 0, text: 'health: 200 in 3 ms' }],
  repair: 'run_aaaaaaaaaa',
};

it('tells why a release was taken back, what serves now, and how it goes on', () => {
  const comment = deploymentComment(about);
  expect(comment).toContain('## `r12` was taken back from `production`');
  expect(comment).toContain('31 of 240 requests failed');
  expect(comment).toContain('**`r11` serves there.**');
  expect(comment).toContain('| Served | for 2 min 20 s |');
  expect(comment).toContain('1,240 requests, 0.2 % errors, p95 42 ms, by the proxy');
  expect(comment).toContain('miyabi releases lift r12');
  expect(comment).toContain('`run_aaaaaaaaaa` mends it');
  // The evidence is longer than any fence in it.
  expect(comment).toContain('````\n12:00:05 GET / 500');
});

it('calls for a person where neither release is healthy, and blocks nothing that was only given up', () => {
  const broken = deploymentComment({ ...about, deployment: { ...about.deployment, state: 'broken' }, repair: null });
  expect(broken).toContain('A person has to look.');
  expect(deploymentComment({ ...about, deployment: { ...about.deployment, state: 'broken' }, serving: null })).toContain('Nothing serves.');
  const { verdict: _, ...rest } = about.deployment;
  const abandoned = { ...rest, verdict: undefined, state: 'abandoned', servedAt: undefined, baseline: undefined } as const;
  const told = deploymentComment({ ...about, deployment: abandoned, reason: 'the run was cancelled', serving: null, notes: [] });
  expect(told).toContain('the run was cancelled');
  expect(told).toContain('| Served | never |');
  expect(told).toContain('Nothing serves there.');
  expect(told).not.toContain('releases lift');
});

it('says where nothing is shown against a release, and lets no words of strangers out', () => {
  const verdict = { ...about.deployment.verdict!, rule: 'no-data', inconclusive: true, reason: '@everyone </details> #1' } as const;
  const comment = deploymentComment({ ...about, deployment: { ...about.deployment, state: 'refused', verdict } });
  expect(comment).toContain('nothing could be measured; nothing is shown against it');
  expect(comment).toContain('was not let into');
  expect(comment).not.toMatch(/@everyone|<\/details> #/);
});

it('tells nobody where things lie on the machine that deploys', () => {
  const notes = [{ at: 0, text: 'r2 is placed in /home/ada/.local/state/miyabi/releases/r2. It is asked at http://127.0.0.1:80/a/b/c/d' }];
  const comment = deploymentComment({ ...about, notes });
  expect(comment).toContain('r2 is placed in …/r2. It is asked at http://127.0.0.1:80/a/b/c/d');
  expect(comment).not.toContain('ada/.local');
});
