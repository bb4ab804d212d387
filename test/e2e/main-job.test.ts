import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, mendingCommand, miyabi, smallProject, untestedProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { mainJob, nothingLeft } from './example-job.ts';

// With five worlds, and of the other examples: examples.test.ts.
mainJob('parcel-rates', 1, 2);

describe('a run with a command as its agent', () => {
  it('merges into the branch that was named, forward only, with the author the user is', { tags: ['campaign'] }, async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const state = join(folder.path, 'state');
    await git(project, 'branch', 'release');
    const end = await miyabi(['run', 'add() is wrong', '--agent', mendingCommand, '--worlds', '1', '--into', 'release', '--json'], {
      cwd: project,
      state,
    });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    const report = end.lines.at(-1) as unknown as RunReport;
    expect(await git(project, 'rev-parse', 'release')).toBe(report.commit);
    expect(await git(project, 'log', '-1', '--format=%an|%ae|%cn', 'release')).toBe('Ada|ada@example.com|Miyabi');
    expect(await git(project, 'log', '-1', '--format=%(trailers:key=Miyabi-Task,valueonly)', 'release')).toMatch(/^[0-9a-f-]{36}\s*$/);
    await nothingLeft(project, state);
  });

  it('does two plan tasks, the second on the code of the first', { tags: ['campaign'] }, async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), untestedProject);
    const state = join(folder.path, 'state');
    const issue = 'Add two new features\n\n- [ ] write one\n- [ ] write two (after 1)\n- [ ] write three\n';
    const command =
      'command:if grep -q "part 2 of" "$MIYABI_TASK_FILE"; then cp one.txt two.txt; elif grep -q "part 1 of" "$MIYABI_TASK_FILE"; then echo 1 > one.txt; else echo 3 > three.txt; fi';
    const end = await miyabi(['run', issue, '--agent', command, '--worlds', '1', '--yes', '--json'], { cwd: project, state });
    expect(end, end.stderr + end.stdout).toMatchObject({ code: 0 });
    const report = end.lines.at(-1) as unknown as RunReport;
    for (const file of ['one.txt', 'two.txt', 'three.txt'])
      expect(await git(project, 'show', `${report.branch}:${file}`)).toMatch(/^[13]$/);
    await nothingLeft(project, state);
  });

  it('shows the run as lines where there is no terminal, and tells what to do next', async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const state = join(folder.path, 'state');
    const end = await miyabi(['run', 'add() is wrong', '--agent', mendingCommand, '--worlds', '2'], { cwd: project, state });
    expect(end.stderr).toMatch(/Isolation: (?:bubblewrap|process limits only)/);
    expect(end.stderr).toMatch(/task-1 alpha: WON with/);
    expect(end.stdout).toMatch(/succeeded in .* s\.[\s\S]*git diff HEAD\.\.\.miyabi\/run_\w{10}/);
    expect(await readFile(join(project, 'src/add.js'), 'utf8')).toContain('a - b');
  });
});

describe('the limits of a world', () => {
  it('hold for the agent and for everything it starts', async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), untestedProject);
    const options = {
      cwd: project,
      state: join(folder.path, 'state'),
      env: { MIYABI_LIMITS_FILE_GIGABYTES: '0.001', MIYABI_LIMITS_OPEN_FILES: '200' },
    };
    const greedy = `command:ulimit -n > limits.txt; head -c 5000000 /dev/zero > large.bin; wc -c < large.bin >> limits.txt; rm large.bin; sed -i.bak 's/a - b/a + b/' src/add.js; rm src/add.js.bak`;
    const end = await miyabi(['run', 'add() is wrong', '--agent', greedy, '--worlds', '1', '--yes', '--json'], options);
    expect(end, end.stderr).toMatchObject({ code: 0 });
    const { branch } = end.lines.at(-1) as unknown as RunReport;
    const [files, bytes] = (await git(project, 'show', `${branch}:limits.txt`)).trim().split('\n').map(Number);
    expect(files).toBe(200);
    expect(bytes).toBeLessThanOrEqual(1_000_448);
  });
});
