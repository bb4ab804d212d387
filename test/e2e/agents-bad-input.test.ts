import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../src/adapters/process/find-program.ts';
import { badAgent } from '../support/acp-agent/acp-stand.ts';
import { asks, edit, endOf, modelPlace, tool, turns } from '../support/model-place.ts';

const minute = 60_000;

const secret = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';

describe('agents that do not do as hoped, within walls', () => {
  it(
    'fail each with its own reason; the others go on, and nothing is changed outside',
    { tags: ['campaign'], timeout: 3 * minute },
    async (context) => {
      const reach = (folder: string): string => `echo mine > ${folder}/intruder.txt; echo mine > /etc/miyabi-was-here; ls ${folder}`;
      const outside: { folder: string } = { folder: '' };
      await using here = await modelPlace(
        {
          reaching: (request) =>
            turns(
              { call: [tool('run', { command: reach(outside.folder) }), edit('a - b', 'a + b')] },
              { say: `It adds, and ${secret} is the token.` },
            )(request),
        },
        { env: { MIYABI_ISOLATION: 'auto', MIYABI_AGENT_PERMISSIONS: 'ask' } },
      );
      outside.folder = here.project;
      const { stdout } = await here.miyabi(['doctor', '--json']);
      const { findings } = JSON.parse(stdout) as { findings: { name: string; status: string; detail: string }[] };
      const isolation = findings.find(({ name }) => name === 'Isolation');
      context.skip(isolation?.status !== 'ok', `not run here: ${isolation?.detail ?? 'doctor does not say'}`);

      const acp = (fault: string) => ({ agent: 'acp', command: `${process.execPath} ${badAgent} ${fault}` });
      const command = (script: string) => ({ agent: 'command', command: script });
      const end = await here.run([
        asks('reaching'),
        acp('asks'),
        { ...acp('silent'), timeoutMinutes: 0.05 },
        acp('error'),
        command('echo about to do it; kill -9 $$'),
        command(`echo "I found ${secret} in a file"; exit 3`),
        acp('leaves'),
      ]);
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const { report, worlds } = endOf(end);
      expect(report.tasks[0]!.winner).toBe('alpha');
      expect(worlds).toMatchObject({
        alpha: { status: 'success', stop: 'done' },
        // It asks for permission, and nobody is there.
        beta: { status: 'failed', stop: 'denied', reason: 'It was denied 100 things, and did nothing but ask again.', models: null },
        gamma: { status: 'timeout', stop: 'timeout', reason: 'ended by its time limit after 3 s' },
        delta: { status: 'failed', stop: 'error: wrong-key', reason: expect.stringContaining('401 invalid api key') },
        epsilon: { status: 'failed', stop: 'error: crashed', reason: expect.stringMatching(/^The command was ended by SIGKILL/) },
        zeta: { status: 'failed', stop: 'error: crashed', reason: expect.stringContaining('I found [secret removed] in a file') },
        eta: { status: 'failed', stop: 'error: crashed', reason: 'node ended with exit code 0 in the middle of its work.' },
      });

      // The model was told what its command came to, and nothing came of it.
      const [told] = here.provider.requests.at(-1)!.toolResults;
      expect(told).toMatch(/intruder\.txt[^]*\/etc\/miyabi-was-here: Read-only file system[^]*exit code/);
      expect(await here.git('status', '--porcelain')).toBe('');
      const message = await here.git('log', '-1', '--format=%B', report.branch!);
      expect(message).toContain('It adds, and [secret removed] is the token.');

      expect(report.warnings).toEqual([
        expect.stringMatching(/^While alpha worked, a secret stood in what was said/),
        'While beta worked, this was denied: run thing 1; run thing 2; run thing 3; and 97 more.',
        expect.stringMatching(/^While zeta worked, a secret stood in what was said/),
      ]);
      const { stdout: shown } = await here.miyabi(['show', 'last']);
      // Between a question and its answer the other worlds may do something.
      expect(shown).toMatch(/beta\.run asks: beta: It asks to run thing 1\. May it\?\n[^]*?beta\.run is told no: nobody was there to ask/);
      expect(shown).toMatch(/beta\.run asked 90 more times/);
      expect(shown).toMatch(/epsilon\.run succeeded: the world ended as failed \(error: crashed\)/);
      expect(shown + end.stdout + end.stderr).not.toContain(secret);
    },
  );
});

describe('programs that cannot work here', () => {
  it('are refused before there is a run, with how to get them', async () => {
    await using here = await modelPlace({});
    const bin = join(here.folder, 'bin');
    await mkdir(bin);
    await symlink(findProgram('git', '/', process.env['PATH']!)!, join(bin, 'git'));
    const missing = await here.run([{ agent: 'claude-code' }], [], { PATH: bin, ANTHROPIC_API_KEY: 'sk-ant-test-key' });
    await writeFile(join(bin, 'claude'), '#!/bin/sh\necho "1.0.0 (Claude Code)"\n');
    await chmod(join(bin, 'claude'), 0o755);
    const old = await here.run([{ agent: 'claude-code' }], [], {
      PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
      ANTHROPIC_API_KEY: 'sk-ant-test-key',
    });
    expect(missing).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/Claude Code is not installed\.[^]*not on your PATH\.[^]*`npm install -g @anthropic-ai\/claude-code`/),
    });
    expect(old).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/too old\.[^]*is version 1\.0\.0, and \d+\.\d+\.\d+ or newer is needed\.[^]*npm install -g/),
    });
    expect((await here.miyabi(['status'])).stdout).toContain('No runs yet');
  });
});
