import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MiyabiOptions } from '../support/miyabi.ts';
import { endOfCommand, makeProject, miyabi, startMiyabi, untestedProject, withoutWalls } from '../support/miyabi.ts';
import type { TemporaryFolder } from '../support/temporary.ts';
import { temporaryFolder } from '../support/temporary.ts';

const secret = 'ghx-1234567890abcdef';

let folder: TemporaryFolder;
let options: MiyabiOptions;
let running: ReturnType<typeof startMiyabi>;

/** Worlds print something that has colours, tells the terminal to do something and holds a secret, then a line each tenth of a second until they may end. */
beforeAll(async () => {
  folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), untestedProject);
  const env = { ...withoutWalls, SOME_TOKEN: secret };
  options = { cwd: project, state: join(folder.path, 'state'), env };
  const agent = `command:printf '\\033[31mred\\033[0m \\033]0;evil\\007\\033[2J%s\\n' "$MIYABI_WORLD"
    echo "token ${secret}"
    touch "${folder.path}/began"
    while [ ! -e "${folder.path}/go" ]; do echo tick; sleep 0.1; done
    echo over; echo note > "note-$MIYABI_WORLD"`;
  running = startMiyabi(['run', 'Add a note', '--agent', agent, '--worlds', '2', '--yes', '--json'], options);
});

afterAll(async () => {
  await writeFile(join(folder.path, 'go'), '');
  await running;
  await folder[Symbol.asyncDispose]();
});

describe('what agents print', { timeout: 90_000 }, () => {
  it('is followed by whoever wants, ends with a reader that has seen enough, and then with the run', async () => {
    await expect.poll(() => existsSync(join(folder.path, 'began')), { timeout: 60_000 }).toBe(true);
    const pipe = startMiyabi(['logs', '-f'], options);
    const first = createInterface({ input: pipe.stdout });
    const line = await new Promise<string>((resolve) => first.once('line', resolve));
    expect(line).toMatch(/^(?:alpha|beta) {2,4} \| \S/);
    pipe.stdout.destroy();
    const { stderr: nothing, signal } = await pipe;
    expect([nothing, signal]).toEqual(['', undefined]);

    const follower = startMiyabi(['logs', 'last', '-f', '-n', '1000', '--json'], options);
    await new Promise<void>((resolve) => follower.stdout.once('data', () => resolve()));
    await writeFile(join(folder.path, 'go'), '');
    const { code, stderr, lines } = await endOfCommand(follower);
    expect([code, stderr]).toEqual([0, '']);
    expect(lines.filter(({ text }) => text === 'over').map(({ world }) => world)).toEqual(expect.arrayContaining(['alpha', 'beta']));
    expect((await running).exitCode).toBe(0);
  });

  it('is shown world by world, with nothing that a terminal obeys and no secret', async () => {
    const { code, stdout } = await miyabi(['logs'], options);
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => !line.endsWith('| tick'));
    expect(lines).toEqual([
      'alpha   | red alpha',
      'alpha   | token [secret removed]',
      'alpha   | over',
      'beta    | red beta',
      'beta    | token [secret removed]',
      'beta    | over',
    ]);
    const coloured = await miyabi(['logs', '-w', 'beta', '--find', 'RED'], { ...options, env: { ...options.env, FORCE_COLOR: '1' } });
    expect(coloured.stdout).toBe('\u001b[31mred\u001b[0m beta\u001b[0m');
  });

  it('is one JSON object a line where that is wanted, the last ones of each, or those with a text', async () => {
    const { lines } = await miyabi(['logs', 'last', '-n', '1', '--json'], options);
    expect(lines).toEqual(
      ['alpha', 'beta'].map((world) => ({
        type: 'log.line',
        schemaVersion: 1,
        run: expect.stringMatching(/^run_/),
        log: `task-1.${world}`,
        planTask: 'task-1',
        world,
        number: expect.any(Number),
        text: 'over',
      })),
    );
    const none = await miyabi(['logs', '--find', 'nowhere', '--task', 'task-1'], options);
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'No line has "nowhere".' });
    const listed = await miyabi(['logs', '--list', '--json'], options);
    expect(listed.lines).toMatchObject([{ type: 'logs', logs: [{ log: 'task-1.alpha', isLive: false, isHere: true }, { world: 'beta' }] }]);
    expect((await miyabi(['logs', '--list', '-w', 'beta'], options)).stdout).toMatch(/^task-1\.beta {2}[\d,]+ bytes$/);
  });

  it('is not there under another name, which says what there is', async () => {
    expect(await miyabi(['logs', 'last', '-w', 'gamma'], options)).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('task-1.alpha, task-1.beta'),
    });
    expect(await miyabi(['logs', '-n', 'many'], options)).toMatchObject({ code: 2 });
  });
});
