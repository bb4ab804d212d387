/** @module-tag campaign */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeProject, miyabi, smallProject, testsWithoutNpm, withoutWalls } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Row = Readonly<Record<string, unknown>>;
const mends = "sed -i.bak 's/a - b/a + b/' src/add.js; rm -f src/add.js.bak";

it(
  'tells of real runs how they fared: one that was completed by itself, and one whose plan a person refused',
  { timeout: 180_000 },
  async () => {
    await using folder = await temporaryFolder('miyabi-statistics-');
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const env = { ...withoutWalls, ...testsWithoutNpm, MIYABI_AGENT_NAME: 'command', MIYABI_AGENT_COMMAND: mends };
    const options = { cwd: project, state: join(folder.path, 'state'), env };

    const none = await miyabi(['stats'], options);
    expect(none.stdout).toMatch(/^No run has ended yet\.\nBegin one: .*miyabi.* --state \S+ run ISSUE\.md$/);

    expect((await miyabi(['run', 'add() subtracts: add(2, 3) is -1', '--worlds', '2', '--yes', '--json'], options)).code).toBe(0);
    const hard = 'Rewrite the architecture: add() is wrong for distributed migration';
    expect((await miyabi(['run', hard, '--worlds', '1', '--json'], options)).code).toBe(4);
    const [open] = (await miyabi(['stats', '--json'], options)).lines;
    expect(open).toMatchObject({
      type: 'statistics',
      schemaVersion: 1,
      by: 'world',
      runs: { ended: 1, completed: 1, open: 1, notCounted: 0 },
    });

    await miyabi(['reject', 'last', '--reason', 'not now'], options);
    const [report] = (await miyabi(['stats', '--by', 'agent', '--repo', '.', '--json'], options)).lines;
    expect(report).toMatchObject({
      repository: project,
      runs: { ended: 2, completed: 1, failed: 1, cancelled: 0, open: 0 },
      choices: { compared: 1, same: 1, differs: 0 },
      people: { runs: 2, interventionsPerRun: 0.5, alone: { part: 1, of: 2 } },
      deployments: { live: 0, refused: 0, rolledBack: 0, broken: 0 },
    });
    const [agent, ...others] = report!['rows'] as readonly Row[];
    expect(others).toEqual([]);
    expect(agent).toMatchObject({ name: 'command', tries: 2, succeeded: 2, calls: 0, early: {}, wins: 1 });
    expect(agent?.['medianMinutes']).toBeGreaterThan(0);

    const goals = new Map((report!['acceptance'] as readonly Row[]).map((goal) => [goal['name'], goal['measured'] as Row]));
    expect(goals.get('an issue, on average')).toMatchObject({ verdict: 'met', of: '1 run' });
    expect(goals.get('an issue, cost on average')).toMatchObject({ verdict: 'not-measured' });
    const phases = new Map((report!['phases'] as readonly Row[]).map((goal) => [goal['name'], goal['measured'] as Row]));
    expect(phases.get('first task')).toMatchObject({ verdict: 'met', of: '1 run' });
    expect(phases.get('parallel tasks')).toMatchObject({ verdict: 'not-measured' });

    const shown = await miyabi(['stats', '--by', 'phase'], options);
    expect(shown.stdout).toMatch(/^2 runs ended: 1 completed, 1 failed, 0 cancelled\.$/m);
    expect(shown.stdout).toMatch(/^clean-up +\d +100 %/m);
    const proposed = await miyabi(['stats', '--suggest-thresholds'], options);
    expect(proposed.stdout).toContain('Nothing is proposed.');

    const elsewhere = await miyabi(['stats', '--repo', folder.path], options);
    expect(elsewhere.code).toBe(7);
    expect(elsewhere.stderr).toContain('No run was in the repository');
    const later = await miyabi(['stats', '--since', '0'], options);
    expect(later.stdout).toMatch(/^No run has ended since \d{4}-\d\d-\d\d\.$/m);
  },
);
