import { expect, test } from 'vitest';
import { evidenceAt, evidenceServesOthersMs, knownEvidence } from './base-evidence.ts';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import { runOf } from './tools.ts';

const timeout = 60_000;
const project = (script: string, more: object = {}) => ({
  'package.json': JSON.stringify({ scripts: { test: script }, ...more }),
  'README.md': 'small\n',
});

test('what one run found serves another for an hour, which is told how old it is', { tags: ['campaign'], timeout }, async () => {
  await using stand = await workflowStand(project('true'));
  const { tools, checks } = stand;
  const { head } = stand.git.repository;
  const first = await evidenceAt(tools, stand.context(1, {}), head, checks);
  expect(first.reused).toBeUndefined();
  stand.pass(12 * 60_000);
  expect(await evidenceAt(tools, stand.context(2, {}), head, checks)).toEqual({
    evidence: first.evidence,
    reused: { agoMs: 720_000 },
  });
  stand.pass(evidenceServesOthersMs);
  expect((await evidenceAt(tools, stand.context(3, {}), head, checks)).reused).toBeUndefined();
  // A clock that was put back says nothing of an age.
  stand.pass(-evidenceServesOthersMs);
  expect((await evidenceAt(tools, stand.context(4, {}), head, checks)).reused).toBeUndefined();
});

test(
  'a run judges by the same evidence to its end, whatever others find meanwhile',
  async () => {
    await using stand = await workflowStand(project('true'));
    const { tools, checks } = stand;
    const { head } = stand.git.repository;
    const context = stand.context(1, {});
    const { evidence } = await evidenceAt(tools, context, head, checks);
    stand.pass(48 * evidenceServesOthersMs);
    await tools.ledger.saveBaseEvidence(runOf(context).repositoryId, head, checks.digest, { ...evidence, failing: ['theirs'] });
    expect(await knownEvidence(tools, context.jobId, head, checks)).toEqual(evidence);
    expect(await evidenceAt(tools, context, head, checks)).toEqual({ evidence, reused: {} });
  },
  timeout,
);

test('a failed installation and an exit code that changes excuse no other run', { tags: ['campaign'], timeout }, async () => {
  await using broken = await workflowStand(project('true', { dependencies: { here: 'file:./missing/nowhere.tgz' } }));
  const { head } = broken.git.repository;
  const found = await evidenceAt(broken.tools, broken.context(1, {}), head, broken.checks);
  expect(found.evidence.check.install.kind).toBe('failed');
  expect((await evidenceAt(broken.tools, broken.context(2, {}), head, broken.checks)).reused).toBeUndefined();
  expect((await evidenceAt(broken.tools, broken.context(1, {}), head, broken.checks)).reused).toEqual({});

  // Passes the first time only.
  const moodyProject = { ...project('mkdir mood'), 'a.txt': 'a\n' };
  await using moody = await workflowStand(moodyProject);
  const commit = moody.git.repository.head;
  const seen = await evidenceAt(moody.tools, moody.context(1, {}), commit, moody.checks);
  expect(seen.evidence.flaky).toHaveLength(1);
  expect((await evidenceAt(moody.tools, moody.context(2, {}), commit, moody.checks)).reused).toBeUndefined();
});
