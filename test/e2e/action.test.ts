import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { launcher } from '../support/launcher.ts';
import { makeProject, miyabi, smallProject, usersEnvironment } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

const actionFile = fileURLToPath(new URL('../../deploy/action.yml', import.meta.url));

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string; readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Ran {
  readonly code: number;
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** The steps of the action that are programs, run as a runner runs them: expressions become environment variables, files take outputs and summaries. */
async function runAction(
  folder: string,
  given: { readonly inputs: Readonly<Record<string, string>>; readonly event: unknown },
): Promise<Ran> {
  const action = parse(await readFile(actionFile, 'utf8')) as Action;
  const files = {
    output: join(folder, 'output'),
    summary: join(folder, 'summary.md'),
    path: join(folder, 'path'),
    event: join(folder, 'event.json'),
  };
  for (const file of [files.output, files.summary, files.path]) await writeFile(file, '');
  await writeFile(files.event, JSON.stringify(given.event));
  const filled = (text: string): string =>
    text
      .replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => given.inputs[name] ?? filled(action.inputs[name]?.default ?? ''))
      .replaceAll('${{ github.token }}', 'ghs_of_the_job');
  let output = '';
  for (const { run, env = {} } of action.runs.steps.filter((step) => step.run !== undefined)) {
    const ended = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run ?? ''], {
      all: true,
      reject: false,
      extendEnv: false,
      cwd: folder,
      env: {
        ...usersEnvironment(),
        PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        XDG_CONFIG_HOME: join(folder, 'config'),
        XDG_STATE_HOME: join(folder, 'state'),
        RUNNER_TEMP: folder,
        GITHUB_ACTION_PATH: dirname(actionFile),
        GITHUB_REPOSITORY: 'ada/shop',
        GITHUB_EVENT_PATH: files.event,
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        GITHUB_PATH: files.path,
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
      },
    });
    output += `${ended.all}\n`;
    if (ended.exitCode !== 0) return { ...(await written(files)), code: ended.exitCode ?? -1, output };
  }
  return { ...(await written(files)), code: 0, output };
}

async function written(files: { readonly output: string; readonly summary: string }): Promise<Pick<Ran, 'outputs' | 'summary'>> {
  const lines = (await readFile(files.output, 'utf8')).split('\n').filter((line) => line !== '');
  const outputs = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return { outputs, summary: await readFile(files.summary, 'utf8') };
}

/** A machine of a runner on which `miyabi` is installed, with a forge that is a folder. */
async function machine(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'config/miyabi'), { recursive: true });
  await symlink(launcher, join(folder, 'bin/miyabi'));
  await chmod(launcher, 0o755);
  const place = { cwd: folder, state: join(folder, 'tools') };
  await makeProject(join(folder, 'shop'), smallProject);
  const forge = join(folder, 'forge');
  expect(await miyabi(['forge', 'init', forge, '--repo', 'ada/shop', '--from', 'shop'], place)).toMatchObject({ code: 0 });
  const issue = '# add() subtracts\n\n`$(touch pwned)` ::set-output name=run::pwned @everyone';
  await writeFile(join(folder, 'issue.md'), issue);
  expect(await miyabi(['forge', 'issue', forge, 'ada/shop', 'issue.md', '--label', 'miyabi'], place)).toMatchObject({ code: 0 });
  await writeFile(
    join(folder, 'config/miyabi/config.yaml'),
    `forge:\n  local:\n    home: ${forge}\nci:\n  graceSeconds: 1\n  sweepSeconds: 1\n`,
  );
}

it(
  'an issue becomes a merged pull request by the action, with outputs and a score card',
  { tags: ['campaign'], timeout: 300_000 },
  async () => {
    await using folder = await temporaryFolder();
    await machine(folder.path);
    const inputs = { issue: 'home:ada/shop#1', approve: 'true', worlds: '1' };
    const { code, outputs, summary, output } = await runAction(folder.path, { inputs, event: {} });
    expect({ code, outputs }, output).toEqual({
      code: 0,
      outputs: {
        run: expect.stringMatching(/^run_\w{10}$/),
        status: 'succeeded',
        'exit-code': '0',
        branch: expect.stringContaining('miyabi'),
        commit: expect.stringMatching(/^[0-9a-f]{40}$/),
        winner: expect.stringMatching(/^alpha$/),
        score: expect.stringMatching(/^\d+/),
        'pull-request': expect.any(String),
        'cost-usd': '0',
      },
    });
    expect(summary).toContain(`## \`${outputs['run']}\` is done`);
    expect(summary).toContain('| Task | World | Agent |');
    expect(summary).toContain('<summary>Why the winner won</summary>');
    expect(summary).not.toContain('@everyone');
  },
);

it('the action passes over an issue without the label, says when none is named, and fails its step with a reason in the outputs', async () => {
  await using folder = await temporaryFolder();
  await machine(folder.path);
  const event = { issue: { number: 7, labels: [{ name: 'bug' }] } };
  const passed = await runAction(folder.path, { inputs: { label: 'miyabi' }, event });
  expect(passed).toMatchObject({ code: 0, outputs: { status: 'skipped' }, output: expect.stringContaining('does not bear the label') });
  const unnamed = await runAction(folder.path, { inputs: {}, event: {} });
  expect(unnamed).toMatchObject({ code: 2, outputs: { status: 'failed' }, output: expect.stringContaining('::error::No issue is named') });
  const missing = await runAction(folder.path, { inputs: { issue: 'home:ada/shop#9', label: 'BUG' }, event });
  expect(missing).toMatchObject({ code: 7, outputs: { status: 'failed', 'exit-code': '7' }, summary: '' });
  // Whatever the program tells, the runner takes none of it for a command.
  const [, token] = /^::stop-commands::([\w-]{36})$/m.exec(missing.output) ?? [];
  const [before, told, after] = missing.output.split(new RegExp(`^::(?:stop-commands::${token}|${token}::)$`, 'm'));
  expect(`${before}${after}`).not.toContain('issue 9');
  expect(told).toContain('issue 9');
});

it('no expression of the action stands in a script, and every output comes from a step that there is', async () => {
  const { runs, outputs } = parse(await readFile(actionFile, 'utf8')) as Action;
  expect(runs.steps.filter(({ run }) => run?.includes('${{') === true)).toEqual([]);
  const ids = runs.steps.map(({ id }) => id);
  for (const { value } of Object.values(outputs)) expect(ids).toContain(/steps\.([\w-]+)\./.exec(value)?.[1]);
});
