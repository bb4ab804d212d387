/** @module-tag campaign */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderFixes } from '../../src/adapters/fixes.ts';
import { openFix, takeBack } from '../../src/operations/fix.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import type { Git } from '../../src/ports/git.ts';
import { agentThat, forgeRunStand, shown } from '../support/forge-run-stand.ts';
import { smallProject } from '../support/miyabi.ts';
import { mend } from '../support/place.ts';

const bob = { author: { name: 'Bob', email: 'bob@example.org' }, by: 'bob (2)' };

/** The process dies when the branch has been moved, before the run was told. */
function killedOnceMoved(tools: OperationTools, git: Git): OperationTools {
  const killed = async (): Promise<never> => await Promise.reject(new Error('killed'));
  const dying: Git = {
    ...git,
    remote: (url) => {
      const remote = git.remote(url);
      return {
        ...remote,
        mirror: async (request) => {
          const mirror = await remote.mirror(request);
          let moves = 0;
          return { ...mirror, updateRef: async (...given) => ((moves += 1) === 1 ? await mirror.updateRef(...given) : await killed()) };
        },
      };
    },
  };
  const engine = new Proxy(tools.engine, {
    get: (target, name) => (name === 'signal' ? killed : (Reflect.get(target, name, target) as unknown)),
  });
  return { ...tools, engine, git: async () => await Promise.resolve(dying) };
}

it(
  'a branch whose checks keep failing is mended by hand, checked as it is then, and merged with whose work it is',
  { timeout: 240_000 },
  async () => {
    let mended: string | undefined;
    await using here = await forgeRunStand({
      files: smallProject,
      agent: agentThat(['', mend]),
      config: { ci: { graceSeconds: 0, sweepSeconds: 1, rounds: 0 }, merge: { method: 'rebase' } },
      wrap: (forge, stand) => ({
        checks: async (repository, commit) => {
          await stand.setCheck(commit, 'test', commit === mended ? 'passed' : 'failed', 'not ok 1 - by hand only');
          return await forge.checks(repository, commit);
        },
      }),
    });
    const tools = {
      engine: here.engine,
      ledger: here.ledger,
      state: here.tools.state,
      clock: here.tools.clock,
      fixes: folderFixes(here.tools.state),
      git: async () => await Promise.resolve(here.tools.git),
    } as unknown as OperationTools;
    const { jobId } = await here.start({ title: 'add() subtracts in src/add.js' });
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['waiting']);
    const job = (await here.engine.status(jobId))!;
    const { directory, question } = await openFix(tools, job, undefined);
    expect(question.escalation.actions.map(({ id }) => id)).toContain('manual_fix');
    expect(readFileSync(join(directory, 'src/add.js'), 'utf8')).toContain('a + b');
    expect((await openFix(tools, job, undefined)).isKnown).toBe(true);
    expect(await takeBack(tools, job, bob)).toEqual({ kind: 'unchanged', directory });
    writeFileSync(join(directory, 'src/add.js'), `${readFileSync(join(directory, 'src/add.js'), 'utf8')}\nexport const byHand = true;\n`);
    await expect(takeBack(killedOnceMoved(tools, here.tools.git), job, bob)).rejects.toThrow('killed');
    const taken = await takeBack(tools, job, bob);
    if (taken.kind !== 'taken') throw new Error('nothing was taken');
    expect(taken.kept).toBeUndefined();
    mended = taken.commit;
    expect(await here.settle(jobId), await shown(here.engine, jobId)).toEqual(['completed']);
    expect(here.atForge('log', '--format=%an: %s', 'main').split('\n')[0]).toMatch(/^Bob: fix\(add\): mend by hand: /);
    await expect(takeBack(tools, job, bob)).rejects.toThrow(/Nobody mends/);
  },
);
