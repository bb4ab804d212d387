import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOfCommand, untestedProject, withoutWalls } from '../support/miyabi.ts';
import type { startMiyabi } from '../support/miyabi.ts';
import { mend, place } from '../support/place.ts';
import { miyabiInPty } from '../support/pty.ts';
import { serving } from '../support/serving.ts';

/** Resolves when a line that it writes matches; what it writes afterwards is read too. */
async function untilTold(program: ReturnType<typeof startMiyabi>, pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
  let text = '';
  await new Promise<void>((resolve) => {
    program[stream].on('data', (data: Buffer) => {
      text += data.toString();
      if (pattern.test(text)) resolve();
    });
  });
}

let here: Awaited<ReturnType<typeof place>>;
let running: ReturnType<typeof startMiyabi>;

/** One run whose worlds go on until they are let go; everything here watches it. */
beforeAll(async () => {
  here = await place(untestedProject, withoutWalls);
  const script = `while [ ! -e ${join(here.folder, 'go')} ]; do sleep 0.05; done; ${mend}`;
  running = here.start('add() is wrong', { alpha: script, beta: mend, gamma: mend }, ['--yes', '--isolation', 'none']);
  await untilTold(running, /task\.started.*alpha\.run/);
}, 60_000);

afterAll(async () => {
  await writeFile(join(here.folder, 'go'), '');
  await running;
  await here[Symbol.asyncDispose]();
});

describe('a run that another process carries', () => {
  it('is shown with its worlds in their places; s shows plain lines and the picture again; q leaves, and it goes on', async () => {
    await using terminal = miyabiInPty(here, ['watch', 'last'], { columns: 160, rows: 30 });
    await terminal.until(/alpha +works[\s\S]*beta +w[\s\S]*gamma +w[\s\S]*q leave/);
    terminal.type('s');
    await terminal.until(/A line for each change/);
    terminal.type('s');
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
    const left = (await terminal.lines()).join('\n');
    expect(left).toMatch(/goes on\.\n.*watch run_\w+ +watch it again/);
    // The last picture stays, without the keys that lead nowhere any more.
    expect(left.slice(left.lastIndexOf('alpha'))).not.toContain('q leave');
    expect((await here.miyabi(['status', '--json'])).lines[0]).toMatchObject({ runs: [{ state: 'running' }] });
  });

  it('has a dashboard where a service runs, to which o leads; without a display it tells the link', async () => {
    await using terminal = miyabiInPty(here, ['watch', 'last'], { columns: 200, rows: 30 });
    await terminal.until(/alpha +works[\s\S]*o dashboard/);
    terminal.type('o');
    await terminal.until(/No service answers on this machine\. Start one in another terminal/);
    await using service = await serving({ cwd: here.project, state: here.state, env: withoutWalls });
    terminal.type('o');
    const seen = await terminal.until(/No browser could be opened from here: open http\S+ in one/);
    const link = /open (http\S+) in one/.exec(seen)?.[1] ?? '';
    expect(link.startsWith(`${service.url}/sign-in?once=`)).toBe(true);
    expect(await (await fetch(link)).text()).toMatch(/url=\/runs\/run_\w+"/);
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
  });

  it('fits the terminal, also one that becomes narrow meanwhile, and nothing is cleared', { tags: ['campaign'] }, async () => {
    await using terminal = miyabiInPty(here, ['watch', 'last'], { columns: 100, rows: 30 });
    await terminal.until(/alpha +works/);
    terminal.resize(44, 20);
    const frames = terminal.sent().length;
    await terminal.until(/alpha +works/);
    await expect.poll(() => terminal.sent().length).toBeGreaterThan(frames + 2_000);
    const sent = terminal.sent().slice(frames).split('\u001b[?2026h').slice(6).join('');
    for (const line of sent.split(/\r?\n/)) expect(stringWidth(stripVTControlCharacters(line)), line).toBeLessThanOrEqual(44);
    expect(terminal.sent()).not.toContain('\u001b[2J');
    expect(terminal.sent()).not.toContain('\u001b[3J');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
  });

  it('is redrawn at most ten times a second, and only where it changed', async () => {
    await using terminal = miyabiInPty(here, ['watch', 'last'], { rows: 30 });
    await terminal.until(/alpha +works/);
    const [begun, from] = [performance.now(), terminal.sent().split('\u001b[?2026h').length];
    await expect.poll(() => terminal.sent().split('\u001b[?2026h').length, { interval: 20 }).toBeGreaterThan(from + 12);
    const frames = terminal.sent().split('\u001b[?2026h').length - from;
    expect(frames / ((performance.now() - begun) / 1_000)).toBeLessThanOrEqual(11);
    // The title stands above what changes.
    expect(terminal.sent().split('\u001b[?2026h').slice(from).join('')).not.toContain('add() is wrong');
    terminal.type('q');
    await terminal.ended;
  });

  it('is one of all runs that are watched, and Ctrl-C ends that with 130', { tags: ['campaign'] }, async () => {
    await using terminal = miyabiInPty(here, ['watch']);
    await terminal.until(/run_\w+ +running .*add\(\) is wrong[\s\S]*1 running[\s\S]*q leave/);
    terminal.type('s');
    await terminal.until(/^run_\w+ +running +add\(\) is wrong$/m);
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
  });

  it(
    'is a line for each change where no terminal is, JSON where that is asked for, to its end and with its exit code',
    { tags: ['campaign'] },
    async () => {
      const lines = endOfCommand(here.startAny(['watch', 'last']));
      const json = endOfCommand(here.startAny(['status', 'last', '--watch', '--json']));
      const all = here.startAny(['watch', '--json']);
      const told: string[] = [];
      const ended = (async () => {
        for await (const line of all) {
          told.push(line);
          if (line.includes('"completed"')) all.kill('SIGINT');
        }
      })();
      await expect.poll(() => told.length).toBe(1);
      await writeFile(join(here.folder, 'go'), '');
      expect(await lines).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/succeeded in/),
        stderr: expect.stringMatching(/alpha: WON/),
      });
      const end = await json;
      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(end.lines.every(({ schemaVersion }) => schemaVersion === 1)).toBe(true);
      expect(end.lines[0]).toMatchObject({ type: 'job.submitted', seq: 1 });
      expect(end.lines.at(-1)).toMatchObject({ type: 'run.finished', status: 'succeeded' });
      await ended;
      expect(told.map((line) => JSON.parse(line) as object)).toMatchObject([
        { type: 'run.state', schemaVersion: 1, state: 'running', title: 'add() is wrong' },
        { type: 'run.state', state: 'completed' },
      ]);
      expect((await all).exitCode).toBe(130);
    },
  );
});

it('a run that is paused is watched until it goes on, and then to its end', { tags: ['campaign'] }, async () => {
  await using other = await place(untestedProject, withoutWalls);
  const script = `while [ ! -e ${join(other.folder, 'go')} ]; do sleep 0.05; done; ${mend}`;
  const started = other.start('add() is wrong', { alpha: script }, ['--yes', '--isolation', 'none']);
  await untilTold(started, /task\.started.*alpha\.run/);
  const watching = other.startAny(['watch', 'last']);
  const paused = untilTold(watching, /It is paused: `.* resume run_\w+` goes on with it/, 'stderr');
  expect(await other.miyabi(['pause', 'last'])).toMatchObject({ code: 0 });
  await writeFile(join(other.folder, 'go'), '');
  await paused;
  expect((await started).exitCode).toBe(4);
  expect(await other.miyabi(['resume', 'last'])).toMatchObject({ code: 0 });
  expect(await endOfCommand(watching)).toMatchObject({ code: 0, stdout: expect.stringMatching(/succeeded in/) });
});

it('a run that nobody carries goes on nowhere: it is said how it would', { tags: ['campaign'] }, async () => {
  await using other = await place(untestedProject, withoutWalls);
  const started = other.start('add() is wrong', { alpha: 'sleep 60' }, ['--yes', '--isolation', 'none']);
  await untilTold(started, /task\.started.*alpha\.run/);
  started.kill('SIGKILL');
  await started;
  const end = await other.miyabi(['watch', 'last']);
  expect(end).toMatchObject({ code: 130, stdout: expect.stringMatching(/not finished\.\n.*resume run_/) });
  expect(end.stderr).toMatch(/Nobody carries run_/);
});
