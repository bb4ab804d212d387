/** @module-tag campaign */
import { watch } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { isAlive, untilGone } from '../support/evil-agent.ts';
import { ownName } from '../support/launcher.ts';
import { git, makeProject, miyabi, smallProject, startMiyabi, untestedProject, withoutWalls } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Mends the project, but first tells its process id and waits until a file appears. */
function patientCommand(folder: string): string {
  return `command:echo $$ > ${folder}/agent-$MIYABI_WORLD; until [ -e ${folder}/go ]; do sleep 0.1; done; sed -i.bak 's/a - b/a + b/' src/add.js; rm src/add.js.bak`;
}

async function untilFile(folder: string, name: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, (_, changed) => {
    if (changed === name) resolve();
  });
  if ((await readdir(folder)).includes(name)) resolve();
  await promise;
  watcher.close();
}

async function pidIn(path: string): Promise<number> {
  for (;;) {
    const pid = Number(await readFile(path, 'utf8'));
    if (pid > 0) return pid;
  }
}

describe('a run that is killed in the middle', () => {
  it('takes its agents with it, goes on where it was, and ends right', async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const options = { cwd: project, state: join(folder.path, 'state'), env: withoutWalls };
    const first = startMiyabi(['run', 'add() is wrong', '--agent', patientCommand(folder.path), '--worlds', '1', '--json'], options);
    await untilFile(folder.path, 'agent-alpha');
    const agent = await pidIn(join(folder.path, 'agent-alpha'));
    first.kill('SIGKILL');
    await first;
    await untilGone([agent]);
    expect(isAlive(agent)).toBe(false);

    await writeFile(join(folder.path, 'go'), '');
    const end = await miyabi(['resume', '--json'], options);
    expect(end, end.stderr).toMatchObject({ code: 0 });
    const report = end.lines.at(-1) as unknown as RunReport;
    expect(await git(project, 'show', `${report.branch}:src/add.js`)).toContain('a + b');
    expect(await git(project, 'rev-list', '--count', `main..${report.branch}`)).toBe('1');
    const timeline = await miyabi(['show', 'last'], options);
    expect(timeline.stdout).toMatch(/the process that worked on it died/);
    expect(timeline.stdout.match(/base\.check succeeded/g)).toHaveLength(1);
    expect(await readdir(join(options.state, 'worlds')).catch(() => [])).toEqual([]);
  });

  it('stops its agents at Ctrl-C, keeps the record and prints how to resume', { tags: ['campaign'] }, async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), untestedProject);
    const options = { cwd: project, state: join(folder.path, 'state'), env: withoutWalls };
    const both = { ...options, env: { ...withoutWalls, MIYABI_WORLDS_PARALLEL: '2' } };
    const first = startMiyabi(['run', 'add() is wrong', '--yes', '--agent', patientCommand(folder.path), '--worlds', '2'], both);
    await Promise.all(['agent-alpha', 'agent-beta'].map(async (name) => await untilFile(folder.path, name)));
    const agents = [await pidIn(join(folder.path, 'agent-alpha')), await pidIn(join(folder.path, 'agent-beta'))];
    first.kill('SIGINT');
    const { exitCode, stderr } = await first;
    expect(exitCode, stderr).toBe(130);
    const resume = new RegExp(`Resume: ${ownName} .* (resume run_\\w{10})`).exec(stderr)?.[1];
    expect(resume).toBeDefined();
    expect(agents.filter(isAlive)).toEqual([]);

    await writeFile(join(folder.path, 'go'), '');
    expect(await miyabi([...resume!.split(' '), '--json'], options)).toMatchObject({ code: 0 });
  });

  it('is ended from another terminal by cancel, with nothing left behind', { tags: ['campaign'] }, async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), untestedProject);
    const options = { cwd: project, state: join(folder.path, 'state'), env: withoutWalls };
    const first = startMiyabi(
      ['run', 'add() is wrong', '--yes', '--agent', patientCommand(folder.path), '--worlds', '1', '--json'],
      options,
    );
    await untilFile(folder.path, 'agent-alpha');
    expect(await miyabi(['cancel', 'last', '--reason', 'changed my mind'], options)).toMatchObject({ code: 0 });
    const { exitCode, stdout } = await first;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ type: 'run.finished', status: 'cancelled', branch: null });
    expect(await readdir(join(options.state, 'worlds')).catch(() => [])).toEqual([]);
    expect(await git(project, 'branch', '--list', 'miyabi/*')).toBe('');
  });
});

describe('two terminals on one state folder', () => {
  it('work on two issues at once without getting in each other’s way', { tags: ['campaign'] }, async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), untestedProject);
    const options = { cwd: project, state: join(folder.path, 'state'), env: withoutWalls };
    const command = `command:sed -i.bak 's/a - b/a + b/' src/add.js; rm src/add.js.bak`;
    const ends = await Promise.all(
      [1, 2].map(
        async (number) =>
          await miyabi(['run', `add() is wrong, case ${number}`, '--yes', '--agent', command, '--worlds', '2', '--json'], options),
      ),
    );
    for (const end of ends) expect(end, end.stderr).toMatchObject({ code: 0 });
    expect((await git(project, 'branch', '--list', 'miyabi/*')).trim().split('\n')).toHaveLength(2);
    expect(ends.map((end) => end.stderr).join('\n')).not.toMatch(/database is locked/);
  });
});

describe('a run whose output nobody reads any more', () => {
  it('stops like at Ctrl-C, and can be resumed', { tags: ['campaign'] }, async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), untestedProject);
    const options = { cwd: project, state: join(folder.path, 'state'), env: withoutWalls };
    const first = startMiyabi(
      ['run', 'add() is wrong', '--yes', '--agent', patientCommand(folder.path), '--worlds', '1', '--json'],
      options,
    );
    await untilFile(folder.path, 'agent-alpha');
    first.stdout.destroy();
    await writeFile(join(folder.path, 'go'), '');
    const { exitCode, stderr } = await first;
    expect(exitCode, stderr).toBe(130);
    expect(stderr).toMatch(new RegExp(`Resume: ${ownName} .* resume run_\\w{10}`));
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await miyabi(['resume', '--json'], options)).toMatchObject({ code: 0 });
  });
});
