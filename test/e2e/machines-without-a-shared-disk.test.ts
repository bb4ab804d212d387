/** @module-tag campaign */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderLogs } from '../../src/adapters/logs/folder-logs.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import { listLogs } from '../../src/operations/logs/list-logs.ts';
import { linesOfLog } from '../../src/operations/logs/read-log.ts';
import { s3Artifacts } from '../../src/adapters/artifacts/s3/s3-artifacts.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { configSchema } from '../../src/domain/config.ts';
import { displayId } from '../../src/domain/ids.ts';
import type { RunAttributes } from '../../src/domain/run.ts';
import { diffOfRun } from '../../src/operations/diff.ts';
import { fileOfDiff, filesOfDiff } from '../../src/operations/diff-files.ts';
import { payloadOf, resultOfTask } from '../../src/operations/task-results.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { registrations } from '../../src/workflow/registrations.ts';
import * as types from '../../src/workflow/task-types.ts';
import { openTestEngine } from '../support/engine.ts';
import { gitServer } from '../support/git-server.ts';
import type { MachineOfRun } from '../support/machine-of-run.ts';
import { machineOfRun } from '../support/machine-of-run.ts';
import { smallProject } from '../support/miyabi.ts';
import { s3Server } from '../support/s3-server.ts';
import { remoteStand } from '../support/remote-stand.ts';

/** What the agent of each world does, by the task that it is given. */
const agent = `
echo "I am $MIYABI_WORLD"
case "$(cat .agent-context.json)" in
  *"Write triple"*)
    case $MIYABI_WORLD in
      alpha) echo 'export function triple(a) { return a * 3; }' > src/triple.js ;;
      *) echo 'export const triple = (a) => a + a + a;' > src/triple.js ;;
    esac
    printf "import assert from 'node:assert/strict';\\nimport { test } from 'node:test';\\nimport { triple } from '../src/triple.js';\\ntest('triples', () => assert.equal(triple(2), 6));\\n" > test/triple.test.js ;;
  *)
    case $MIYABI_WORLD in
      alpha) sed -i 's/a - b/a + b/' src/add.js ;;
      *) sed -i 's/a - b/b + a/' src/add.js ;;
    esac
    printf "import assert from 'node:assert/strict';\\nimport { test } from 'node:test';\\nimport { add } from '../src/add.js';\\ntest('adds of $MIYABI_WORLD', () => assert.equal(add(1, 4), 5));\\n" > test/more-$MIYABI_WORLD.test.js ;;
esac
`;

const wholeLog = { from: 1, limit: 1_000, isTail: false, find: undefined, raw: false } as const;

/** Of three machines the one that executes a kind of task: whatever a task needs was made by another one, and the third has lived and checked no world. */
const machineFor: Readonly<Record<string, 0 | 1 | 2>> = {
  [types.analyseType.name]: 0,
  [types.planType.name]: 1,
  [types.approveType.name]: 0,
  [types.implementType.name]: 0,
  [types.basePrepareType.name]: 1,
  [types.baseCheckType.name]: 0,
  [types.worldRunType.name]: 0,
  [types.worldCheckType.name]: 1,
  [types.testsCollectType.name]: 0,
  [types.examWorldType.name]: 2,
  [types.chooseType.name]: 1,
  [types.integrateType.name]: 2,
  [types.reviewType.name]: 0,
  [types.publishType.name]: 1,
  [types.cleanupType.name]: 2,
};

it(
  'a run whose tasks are executed by machines that share no disk hands over one result, and leaves nothing else at the remote',
  { timeout: 240_000 },
  async () => {
    await using stand = await remoteStand(smallProject);
    await using server = await gitServer(join(stand.bare, '..'));
    await using store = await s3Server();
    let ledger: Ledger | undefined;
    const shared = {
      ledger: () => ledger!,
      artifacts: s3Artifacts({ ...store, region: 'us-east-1', prefix: 'miyabi/', folder: join(stand.path, 'spool'), clock: systemClock }),
    };
    await using opening = new AsyncDisposableStack();
    const machines: MachineOfRun[] = [];
    for (const name of ['first', 'second', 'third']) machines.push(opening.use(await machineOfRun(join(stand.path, name), shared)));
    const each = machines.map(({ tools }) => registrations(async () => await Promise.resolve(tools)));
    const executed = machines.map(() => new Set<string>());
    const sharedOut = each[0]!.map((registration, index) => ({
      ...registration,
      handler: async (context: Parameters<typeof registration.handler>[0]) => {
        const machine = machineFor[registration.type.name]!;
        executed[machine]!.add(registration.type.name);
        return await each[machine]![index]!.handler(context);
      },
    }));
    await using opened = await openTestEngine(sharedOut, { artifacts: shared.artifacts });
    ledger = opened.database.ledger;
    const url = `${server.url}/project.git`;
    const { id: repositoryId } = await ledger.repository(url);
    const config = configSchema.parse({
      isolation: 'none',
      worlds: { count: 2 },
      agent: { name: 'command', command: agent },
      checks: { coverage: false },
      disk: { freeGigabytes: 0 },
    });
    const attributes: RunAttributes = {
      schemaVersion: 2,
      issue: {
        title: 'Adding is wrong',
        body: '- [ ] Mend add in src/add.js\n- [ ] Write triple in src/triple.js\n',
        origin: { kind: 'text' },
        hiddenCharacters: 0,
      },
      repositoryId,
      repository: { kind: 'remote', url },
      base: { commit: stand.users.head, name: 'main' },
      author: { name: 'Ada', email: 'ada@example.org' },
      branchTemplate: 'miyabi/<run>',
      into: null,
      approveAll: true,
      config,
    };
    const submitted = await opened.engine.submit({
      title: 'Adding is wrong',
      groupKey: repositoryId,
      attributes,
      tasks: [
        { type: types.analyseType.name, key: 'analyse', payload: {} },
        { type: types.planType.name, key: 'plan', payload: {}, dependencies: [{ on: 'analyse', until: 'succeeded' }] },
      ],
    });
    if (submitted.kind !== 'submitted') throw new Error(submitted.kind);
    const worker = await opened.engine.work({ jobs: [submitted.jobId], concurrency: 3 });
    const state = await worker.settled(submitted.jobId);
    const tasks = await opened.engine.tasks(submitted.jobId);
    expect(state, JSON.stringify(tasks.map((task) => [task.key, task.state, 'reason' in task ? task.reason : '']))).toBe('completed');
    const ran = tasks.map(({ type }) => type);
    for (const type of [types.worldRunType, types.worldCheckType, types.examWorldType, types.chooseType, types.integrateType])
      expect(ran).toContain(type.name);
    expect(executed.flatMap((kinds) => [...kinds]).toSorted()).toEqual([...new Set(ran)].toSorted());
    const branch = `miyabi/${displayId('run', submitted.jobId)}`;
    expect(stand.atRemote('for-each-ref', '--format=%(refname)').split('\n')).toEqual([`refs/heads/main`, `refs/heads/${branch}`]);
    expect(stand.atRemote('rev-parse', 'main')).toBe(stand.users.head);
    expect(stand.atRemote('show', `${branch}:src/add.js`)).toMatch(/a \+ b|b \+ a/);
    expect(stand.atRemote('show', `${branch}:src/triple.js`)).toMatch(/triple/);
    expect(stand.atRemote('log', '--format=%s', `main..${branch}`).split('\n')).toHaveLength(2);
    const resultsOf = (name: string): readonly string[] =>
      tasks.flatMap((task) => (task.type === name && task.state === 'succeeded' ? [JSON.stringify(task.result)] : []));

    expect(resultsOf(types.integrateType.name).filter((result) => result.includes('"picked"'))).toHaveLength(1);
    // The machine on which they were tried had neither lived nor checked any world.
    const tried = resultsOf(types.chooseType.name).join('\n');
    expect(tried).toContain('"cells":[{"world":"alpha","outcome":"passed"},{"world":"beta","outcome":"passed"}]');
    for (const world of ['alpha', 'beta']) expect(tried).toContain(`"author":"${world}"`);
    // What the remote had of the worlds is gone; what they changed can be seen all the same, where nobody has a mirror.
    const elsewhere = {
      engine: opened.engine,
      artifacts: shared.artifacts,
      redact: (text: string) => ({ text, removed: 0 }),
    } as unknown as OperationTools;
    const job = (await opened.engine.status(submitted.jobId))!;
    const diff = async (world: string) => await diffOfRun(elsewhere, job, { world, other: undefined, task: 'task-1' });
    expect(await diff('alpha')).toContain('+  return a + b;');
    expect(await diff('beta')).toContain('+  return b + a;');
    const sides = { b: 'beta', task: 'task-1' };
    const { diff: open, files } = await filesOfDiff(elsewhere, job, sides);
    expect(open.changes.worlds.map(({ world }) => world)).toEqual(['alpha', 'beta']);
    expect(files).toMatchObject([
      { path: 'src/add.js', status: 'modified', addedLines: 1, removedLines: 1, folded: undefined },
      { path: 'test/more-beta.test.js', status: 'added', removedLines: 0 },
    ]);
    const file = { ...sides, path: 'src/add.js', contextLines: undefined, whole: false };
    expect((await fileOfDiff(elsewhere, job, file)).patch).toContain('+  return b + a;');
    await expect(fileOfDiff(elsewhere, job, { ...file, path: 'src/other.js' })).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    // Whoever has no file of theirs reads what the agents printed.
    const reading = { ...elsewhere, logs: folderLogs(stateFolder(join(stand.path, 'nobody'))) };
    const printed = (await listLogs(reading, job)).map(async (log) => (await linesOfLog(reading, job, log, wholeLog)).lines);
    expect((await Promise.all(printed)).flat().map(({ text }) => text)).toEqual(['I am alpha', 'I am beta', 'I am alpha', 'I am beta']);
    // Where artifacts are not shared, the branch still holds the change of a winner; of the others it is said that it is not to be had.
    stand.atRemote('reflog', 'expire', '--expire=now', '--all');
    stand.atRemote('gc', '--quiet', '--prune=now');
    const stranger = opening.use(await machineOfRun(join(stand.path, 'fourth'), shared));
    const { git, state: folders } = stranger.tools;
    const alone = {
      ...elsewhere,
      artifacts: { read: async () => await Promise.resolve(undefined) },
      git: async () => await Promise.resolve(git),
      state: folders,
    };
    const first = stand.atRemote('rev-list', '--reverse', `main..${branch}`).split('\n')[0];
    const choices = tasks.flatMap((task) => {
      const choice = task.type === types.chooseType.name ? resultOfTask(types.chooseType, task) : undefined;
      return choice === undefined ? [] : [{ choice, of: tasks.find(({ id }) => id === task.parentTaskId)! }];
    });
    const verdicts = choices.flatMap(({ choice, of }) => choice.verdicts.map(({ world, commit }) => ({ world, commit, of })));
    const winner = verdicts.find(({ commit }) => commit === first);
    if (winner === undefined) throw new Error('the branch begins with the change of no world');
    const task = payloadOf(types.implementType, winner.of).planTask.id;
    const seen = async (world: string) => await diffOfRun(alone as unknown as OperationTools, job, { world, other: undefined, task });
    expect(await seen(winner.world)).toMatch(/^\+/m);
    await expect(seen(winner.world === 'alpha' ? 'beta' : 'alpha')).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    for (const { tools } of machines) {
      expect(existsSync(tools.state.mirror(repositoryId))).toBe(true);
      expect(existsSync(join(tools.state.root, 'worlds')) ? readdirSync(join(tools.state.root, 'worlds')) : []).toEqual([]);
    }
  },
);
