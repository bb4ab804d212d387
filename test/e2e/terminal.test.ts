import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { inTerminal, whyNoTerminal } from '../support/in-terminal.ts';
import { launcher } from '../support/launcher.ts';
import { untestedProject } from '../support/miyabi.ts';
import { mend, noStack, place } from '../support/place.ts';

const reason = whyNoTerminal();

/** Sequences that move the cursor, clear lines, hide the cursor, mark frames and set colours: all that Miyabi itself sends. */
// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const ours = /\u001b\[(?:\d*[ABCDGJKm]|\?25[hl]|\?2026[hl]|1?;?\d*m)/g;

describe(`on a terminal${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it.skipIf(reason !== undefined)('a plan that needs a person is asked about, and the picture of the worlds stays below it', async () => {
    await using here = await place();
    const issue = join(here.folder, 'issue.md');
    const title = `add() is \u001b]0;evil\u0007wrong \u001b[2J ${'and on '.repeat(20)}日本語`;
    await writeFile(issue, `# ${title}\n\nRewrite the architecture for a distributed migration.\n`);
    const agent = `command:printf 'at \\033]0;evil\\007 work \\033[2J \\033[31mred\\n'; sleep 0.4; ${mend}`;
    const { code, sent } = await inTerminal(here, ['run', issue, '--worlds', '2', '--agent', agent], {
      columns: 60,
      rows: 30,
      answers: ['No', 'y'],
    });
    expect(code, sent).toBe(0);
    expect(sent).toMatch(/Complexity \d+ of 10/);
    // Frames were redrawn in place, and nothing but what we send ourselves moves the cursor.
    expect(sent.split('\u001b[?2026h').length).toBeGreaterThan(5);
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(sent.replaceAll(ours, '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u);
    for (const frame of sent
      .split('\u001b[?2026h')
      .slice(1)
      .map((rest) => rest.split('\u001b[?2026l')[0]!)) {
      for (const line of frame.split('\n')) expect(stringWidth(stripVTControlCharacters(line)), line).toBeLessThanOrEqual(60);
    }
    expect(sent).toMatch(/★.*alpha.*won/);
    expect(sent).toMatch(/succeeded in/);
  });

  it.skipIf(reason !== undefined)('with few lines the whole last picture stays behind all the same', { tags: ['campaign'] }, async () => {
    await using here = await place(untestedProject);
    const { code, sent } = await inTerminal(here, ['run', 'add() is wrong', '--yes', '--worlds', '7', '--agent', `command:${mend}`], {
      columns: 70,
      rows: 8,
    });
    expect(code, sent).toBe(0);
    const left = stripVTControlCharacters(sent.slice(sent.lastIndexOf('\u001b[?2026l')));
    expect(left).toMatch(/★ alpha +won[\s\S]*eta +passed[\s\S]*✔ done\n[\s\S]*succeeded in/);
  });
});

describe('output that goes elsewhere', () => {
  it('has no colours with NO_COLOR, nor where it is no terminal', { tags: ['campaign'] }, async () => {
    await using here = await place(untestedProject);
    const how = { lines: true, args: ['--yes'] };
    const plain = await here.run('add() is wrong', { alpha: 'exit 1' }, { ...how, env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
    expect(plain.stdout + plain.stderr).not.toContain('\u001b');
    const coloured = await here.run('add() is wrong', { alpha: 'exit 1' }, { ...how, env: { FORCE_COLOR: '1' } });
    expect(coloured.stdout + coloured.stderr).toContain('\u001b[');
    const piped = await here.run('add() is wrong', { alpha: 'exit 1' }, how);
    expect(piped.stdout + piped.stderr).not.toContain('\u001b');
  });

  it('may end before the program does: no word about it, and the run is as good as before', { tags: ['campaign'] }, async () => {
    await using here = await place();
    const run = `${process.execPath} ${launcher} --state ${here.state}`;
    const shell = async (command: string) =>
      await execa('bash', ['-c', `set -o pipefail; ${command}`], {
        cwd: here.project,
        reject: false,
        env: { XDG_CONFIG_HOME: here.state },
      });
    const first = await shell(`${run} run 'add() is wrong' --worlds 1 --json --agent 'command:${mend.replaceAll("'", '"')}' | head -n 1`);
    expect(JSON.parse(first.stdout)).toMatchObject({ type: 'job.submitted' });
    expect(noStack(first.stderr), first.stderr).toBe(true);
    expect(first.stderr).not.toMatch(/EPIPE/);
    const second = await shell(`${run} resume last --json | tail -n 1`);
    expect(JSON.parse(second.stdout)).toMatchObject({ type: 'run.finished', status: 'succeeded' });
    const third = await shell(`${run} show last | head -n 1`);
    expect(third).toMatchObject({ stderr: '', stdout: expect.stringContaining('add() is wrong') });
  });

  it('is JSON and nothing else, also for what cannot be done', async () => {
    await using here = await place();
    for (const args of [
      ['run', '', '--json'],
      ['run', 'x', '--json', '--base', 'nowhere'],
      ['run', 'x', '--json', '--agent', 'magic'],
      ['show', 'run_zzzz', '--json'],
      ['resume', '--json'],
      ['status', '--json'],
    ]) {
      const end = await here.miyabi(args);
      const lines = end.stdout.split('\n').filter((line) => line !== '');
      for (const line of lines) expect(JSON.parse(line), args.join(' ')).toMatchObject({ type: expect.any(String) });
      expect(end.code === 0 || lines.length + end.stderr.length > 0, args.join(' ')).toBe(true);
      expect(noStack(end.stderr)).toBe(true);
    }
  });
});
