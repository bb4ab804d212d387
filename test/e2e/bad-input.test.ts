import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { git, makeProject, mendingCommand, miyabi, smallProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A project and a state folder of its own, gone at the end of the test. */
async function place(files: Readonly<Record<string, string>> = smallProject) {
  const folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), files);
  const options = { cwd: project, state: join(folder.path, 'state') };
  return {
    folder: folder.path,
    project,
    options,
    state: options.state,
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  };
}

const issue = 'add() gives the wrong sum';
const quick = ['--worlds', '1', '--agent', mendingCommand, '--json'];

it('a worker that shares its records with nobody is refused', async () => {
  await using folder = await temporaryFolder();
  const end = await miyabi(['worker'], { cwd: folder.path, state: join(folder.path, 'state') });
  expect(end).toMatchObject({ code: 2, stderr: expect.stringMatching(/needs the database[\s\S]*MIYABI_DATABASE_URL[\s\S]*→/) });
});

describe('a repository that cannot be worked on', () => {
  it('is refused when it is none', async () => {
    await using folder = await temporaryFolder();
    const end = await miyabi(['run', issue], { cwd: folder.path, state: join(folder.path, 'state') });
    expect(end).toMatchObject({ code: 2, stderr: expect.stringMatching(/is not inside a git repository[\s\S]*→/) });
  });

  it('is refused when it has no commit', async () => {
    await using folder = await temporaryFolder();
    await git(folder.path, 'init', '--quiet', 'empty');
    const end = await miyabi(['run', issue], { cwd: join(folder.path, 'empty'), state: join(folder.path, 'state') });
    expect(end).toMatchObject({ code: 2, stderr: expect.stringMatching(/has no commit yet[\s\S]*git commit/) });
  });

  it('is refused with changes that are not committed, which stay as they are', async () => {
    await using here = await place();
    await writeFile(join(here.project, 'src/add.js'), 'my own work');
    await writeFile(join(here.project, 'new file.txt'), 'mine too');
    const end = await miyabi(['run', issue], here.options);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringMatching(/src\/add\.js[\s\S]*git stash/) });
    expect(await readFile(join(here.project, 'src/add.js'), 'utf8')).toBe('my own work');
    expect(await readFile(join(here.project, 'new file.txt'), 'utf8')).toBe('mine too');
  });

  it('is worked on from a detached HEAD, which is said', { tags: ['campaign'] }, async () => {
    await using here = await place();
    await git(here.project, 'checkout', '--quiet', '--detach');
    const end = await miyabi(['run', issue, ...quick], here.options);
    expect(end.stderr).toMatch(/HEAD is detached/);
    expect(end).toMatchObject({ code: 0 });
    expect(end.lines.at(-1)).toMatchObject({ type: 'run.finished', status: 'succeeded' });
  });

  it('is refused for a base that does not exist', async () => {
    await using here = await place();
    const end = await miyabi(['run', issue, '--base', '--upload-pack=touch x'], here.options);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no commit "--upload-pack=touch x"') });
  });

  it('is refused for a branch that is checked out, and for one that cannot be', async () => {
    await using here = await place();
    expect(await miyabi(['run', issue, '--into', 'main'], here.options)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('checked out'),
    });
    expect(await miyabi(['run', issue, '--into', 'a..b'], here.options)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be a branch'),
    });
  });

  it('is refused when a branch called miyabi is in the way', async () => {
    await using here = await place();
    await git(here.project, 'branch', 'miyabi');
    const end = await miyabi(['run', issue, ...quick], here.options);
    expect(end).toMatchObject({ code: 3, stderr: expect.stringContaining('branch.template') });
  });
});

describe('an issue that cannot be worked on', () => {
  it.each([
    [' \n ', 'The issue is empty'],
    ['missing.md', 'There is no file'],
    ['x'.repeat(65_537), 'are not read'],
    ['Two things\n\n- [ ] do the first new feature (after 2)\n- [ ] do the second (after 1)', 'goes round in a circle'],
    ['Two things\n\n- [ ] add one feature (after 9)\n- [ ] add another', 'is not another item'],
  ])('is refused (%#)', async (text, sentence) => {
    await using here = await place();
    expect(await miyabi(['run', text, '--yes'], here.options)).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
  });

  it('is refused while another run of it is open', { tags: ['campaign'] }, async () => {
    await using here = await place();
    // A plan that waits for a person leaves its run open.
    const hard = 'Rewrite the architecture: add() for distributed migration';
    const first = await miyabi(['run', hard, ...quick], here.options);
    expect(first).toMatchObject({ code: 4 });
    expect(first.lines.at(-1)).toMatchObject({ status: 'waiting', branch: null });
    const second = await miyabi(['run', `  ${hard.toUpperCase()} `, ...quick], here.options);
    expect(second).toMatchObject({ code: 7, stderr: expect.stringMatching(/already being worked on by run_\w{10}/) });
    const rejected = await miyabi(['reject', 'last', '--reason', 'too much', '--json'], here.options);
    expect(rejected.code).toBe(1);
    const third = await miyabi(['run', hard, ...quick, '--yes'], here.options);
    expect(third).toMatchObject({ code: 0 });
  });
});

describe('wrong words on the command line', () => {
  it.each([
    [['run', issue, '--worlds', '12'], /whole number from 1 to 9/],
    [['run', issue, '--timeout', '-1'], /above 0/],
    [['run', issue, '--agent', 'magic'], /no agent "magic"/],
    [['run', issue, '--agent', 'command'], /has no command/],
    [['rum'], /Did you mean run/],
    [['run'], /missing required argument/],
  ])('end with 2: %j', async (args, sentence) => {
    await using here = await place();
    expect(await miyabi(args, here.options)).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) });
  });

  it('are explained, where they are settings, by the very command that their failure names', async () => {
    await using here = await place();
    const wrong = { ...here.options, env: { MIYABI_MODELS_TOKENS_PER_MINUTE: '0' } };
    const end = await miyabi(['config', 'explain', 'models.tokensPerMinute'], wrong);
    expect(end).toMatchObject({ code: 3, stderr: expect.stringContaining('models.tokensPerMinute cannot be 0') });
    expect(end.stdout).toMatch(/models\.tokensPerMinute = 40000[^]*Most tokens to one provider/);
  });

  it('end with 7 for a run that is not there', async () => {
    await using here = await place();
    for (const command of ['show', 'explain', 'status', 'cancel', 'approve', 'resume']) {
      expect(await miyabi([command, 'run_zzzzzzzzzz'], here.options)).toMatchObject({
        code: 7,
        stderr: expect.stringContaining('There is no run'),
      });
    }
  });
});

describe('a database that cannot be used', () => {
  it('is refused when it is damaged, and left as it is', async () => {
    await using here = await place();
    await mkdir(here.state, { recursive: true });
    const garbage = randomBytes(64 * 1024);
    await writeFile(join(here.state, 'miyabi.db'), garbage);
    expect(await miyabi(['status'], here.options)).toMatchObject({ code: 3, stderr: expect.stringMatching(/miyabi\.db[\s\S]*→/) });
    expect((await readFile(join(here.state, 'miyabi.db'))).equals(garbage)).toBe(true);
  });

  it('is refused when a newer Miyabi wrote it', async () => {
    await using here = await place();
    expect((await miyabi(['status'], here.options)).code).toBe(0);
    const database = new DatabaseSync(join(here.state, 'miyabi.db'));
    database.exec(`INSERT INTO miyabi_migration (number, name, applied_at) VALUES (1000, 'from the future', 0)`);
    database.close();
    expect(await miyabi(['status'], here.options)).toMatchObject({ code: 3, stderr: expect.stringMatching(/newer/) });
  });
});

describe('names that a shell would act on', () => {
  it('are only names: of branches and of files', { tags: ['campaign'] }, async () => {
    const marker = 'MARKER';
    const strange = {
      'a file with spaces.txt': '1',
      '-rf': '2',
      'it\'s "quoted"': '3',
      '$(touch MARKER)/`touch MARKER`.txt': '4',
      'ünïcode/日本語.txt': '5',
    };
    await using here = await place({ ...smallProject, ...strange });
    const branch = `o'brien"$(touch\${IFS}${marker})`;
    await git(here.project, 'checkout', '--quiet', '-b', branch);
    const command = `command:for f in 'a file with spaces.txt' './-rf' '$(touch MARKER)/\`touch MARKER\`.txt' 'ünïcode/日本語.txt'; do echo changed > "$f"; done; sed -i.bak 's/a - b/a + b/' src/add.js; rm src/add.js.bak`;
    const end = await miyabi(
      ['run', issue, '--worlds', '1', '--agent', command, '--into', 'x-$(touch${IFS}MARKER)', '--json'],
      here.options,
    );
    expect(end).toMatchObject({ code: 0 });
    const { branch: result } = end.lines.at(-1) as { branch: string };
    expect(await git(here.project, 'show', `${result}:-rf`)).toBe('changed');
    expect(await git(here.project, 'rev-parse', 'x-$(touch${IFS}MARKER)')).toBe(await git(here.project, 'rev-parse', result));
    const everything = await readdir(here.folder, { recursive: true });
    expect(everything.filter((path) => path.split('/').at(-1) === marker)).toEqual([]);
  });
});
