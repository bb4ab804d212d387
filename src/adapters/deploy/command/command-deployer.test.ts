import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { targetStatus } from '../../../../test/support/deploy-target-status.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { CommitId } from '../../../domain/ids.ts';
import { DeployRefused, FencedOff } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, DeployableRelease } from '../../../ports/deployer.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import { createCommandDeployer } from './create-command-deployer.ts';

const program = fileURLToPath(new URL('../../../../test/support/deploy-target-program.ts', import.meta.url));

interface Asked {
  readonly asked: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** A target with the program of `testing`. @param commands replaces some of its commands. */
async function stand(commands: Partial<Record<'deploy' | 'status' | 'rollback', string>> = {}) {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const runner = opened.use(createProcessRunner());
  const command = `'${process.execPath}' '${program}' '${folder.path}'`;
  const deployer = opened.use(
    createCommandDeployer({
      target: { kind: 'command', deploy: command, status: targetStatus(folder.path), rollback: command, timeoutSeconds: 20, ...commands },
      environment: 'production',
      folder: join(folder.path, 'environment'),
      process: runner,
      host: { PATH: process.env['PATH'], HOME: folder.path, MIYABI_DATABASE_URL: 'postgres://secret' },
      secrets: { CLOUD_TOKEN: 'for the programs' },
      nodePath: process.execPath,
      hidden: [],
    }),
  );
  const lines: string[] = [];
  const releaseNumber = (number: number): DeployableRelease => ({
    number,
    commit: String(number).padStart(40, 'a') as CommitId,
    folder: folder.path,
    digest: '0'.repeat(64),
    environment: { DATABASE_URL: 'of the release' },
  });
  const resources = opened.move();
  return {
    deployer,
    lines,
    folder: folder.path,
    release: releaseNumber,
    change: (fence: number, signal = new AbortController().signal): ChangeOfTarget => ({
      fence,
      signal,
      onLine: (line) => lines.push(line),
    }),
    serving: async () => (await deployer.status(new AbortController().signal)).serving?.release,
    asked: (action: string): readonly Asked[] =>
      readFileSync(join(folder.path, 'asked.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Asked)
        .filter(({ asked }) => asked['action'] === action),
    misbehave: (how: Readonly<Record<string, { readonly code: number; readonly print: string }>>): void =>
      writeFileSync(join(folder.path, 'misbehave.json'), JSON.stringify(how)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

test('the program of deploy is told all that there is to know, and the secrets of the release on its input alone', async () => {
  await using here = await stand();
  await here.deployer.serve(here.release(12), here.change(7));
  const [told] = here.asked('deploy');
  expect(told?.asked).toEqual({
    action: 'deploy',
    environment: 'production',
    release: 12,
    commit: here.release(12).commit,
    folder: here.folder,
    digest: '0'.repeat(64),
    fence: 7,
    key: 'production/r12/7',
    previous: null,
    variables: { DATABASE_URL: 'of the release' },
  });
  expect(told?.variables).toMatchObject({
    CLOUD_TOKEN: 'for the programs',
    MIYABI_RELEASE: '12',
    MIYABI_FENCE: '7',
    MIYABI_KEY: 'production/r12/7',
  });
  expect(Object.keys(told?.variables ?? {})).not.toEqual(expect.arrayContaining(['DATABASE_URL']));
  expect(told?.variables).not.toHaveProperty('MIYABI_DATABASE_URL');
  expect(here.lines).toEqual(['bringing r12', '{"ok":true}']);
  expect(await here.deployer.status(new AbortController().signal)).toEqual({
    fence: 7,
    serving: { release: 12, commit: here.release(12).commit },
    running: [expect.objectContaining({ release: 12, url: undefined, exits: undefined })],
    url: undefined,
  });
});

test('a release of which status says that it can serve is given its traffic without folder and variables, and no other is', async () => {
  await using here = await stand();
  await here.deployer.serve(here.release(11), here.change(6));
  await here.deployer.serve(here.release(12), here.change(7));
  const { number, commit } = here.release(11);
  expect(await here.deployer.serveAsItIs({ number, commit }, here.change(7))).toBe(false);
  expect(await here.serving()).toBe(12);
  const path = join(here.folder, 'state.json');
  const state = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...state, running: [{ release: 11, canServe: true }] }));
  expect(await here.deployer.serveAsItIs({ number, commit }, here.change(7))).toBe(true);
  expect(await here.serving()).toBe(11);
  const [told] = here.asked('rollback');
  expect(told?.asked).toMatchObject({ release: 11, commit, fence: 7, previous: { release: 12 } });
  for (const left of ['folder', 'digest', 'variables']) expect(told?.asked).not.toHaveProperty(left);
  expect(told?.variables).not.toHaveProperty('MIYABI_FOLDER');
});

test('a release before the one that serves is brought back by the program of rollback, which hears what served', async () => {
  await using here = await stand();
  await here.deployer.serve(here.release(11), here.change(6));
  await here.deployer.serve(here.release(12), here.change(7));
  await here.deployer.serve(here.release(11), here.change(7));
  expect(await here.serving()).toBe(11);
  expect(here.asked('deploy')).toHaveLength(2);
  expect(here.asked('rollback').map(({ asked }) => asked['previous'])).toEqual([{ release: 12, commit: here.release(12).commit }]);
});

test('a release that serves once more under the fence is brought under another key: programs do nothing twice under one', async () => {
  await using here = await stand();
  await here.deployer.serve(here.release(11), here.change(6));
  await here.deployer.serve(here.release(12), here.change(7));
  await here.deployer.serve(here.release(11), here.change(7));
  await here.deployer.serve(here.release(12), { ...here.change(7), isSecond: true });
  const keys = [...here.asked('deploy'), ...here.asked('rollback')].map(({ asked }) => asked['key']);
  expect(keys).toEqual(['production/r11/6', 'production/r12/7', 'production/r12/7/again', 'production/r11/7']);
  expect(await here.serving()).toBe(12);
});

test('what serves already under the fence is not brought again', async () => {
  await using here = await stand();
  await here.deployer.serve(here.release(12), here.change(7));
  await here.deployer.serve(here.release(12), here.change(7));
  expect(here.asked('deploy')).toHaveLength(1);
});

test('every change below the highest fence that was seen is refused, whether by us or by the programs', async () => {
  await using here = await stand();
  await here.deployer.place(here.release(12), here.change(9));
  await expect(here.deployer.serve(here.release(11), here.change(8))).rejects.toThrow(FencedOff);
  writeFileSync(join(here.folder, 'state.json'), JSON.stringify({ serving: null, fence: 20, done: [] }));
  const refused = [
    here.deployer.place(here.release(12), here.change(19)),
    here.deployer.start(here.release(12), here.change(19)),
    here.deployer.serve(here.release(12), here.change(19)),
    here.deployer.retire({ running: [], placed: [] }, here.change(19)),
  ];
  for (const each of await Promise.allSettled(refused))
    expect(each).toMatchObject({ status: 'rejected', reason: { name: 'FencedOff', seen: 20 } });
  await here.deployer.serve(here.release(12), here.change(20));
  expect(here.asked('deploy')).toHaveLength(1);
});

describe('a program that', () => {
  test.each([
    [
      'ends with another code is a refusal, with its last words',
      { code: 3, print: 'no such cluster' },
      /ended with 3 and said: no such cluster/,
    ],
    ['says no is a refusal, with its reason', { code: 0, print: '{"ok":false,"reason":"frozen"}' }, /answered: frozen/],
    [
      'answers nothing hears what was expected',
      { code: 0, print: '' },
      /printed nothing\. Expected is one line of JSON such as \{"ok":true/,
    ],
    ['answers something else hears what was expected', { code: 0, print: 'done!' }, /printed as its last line done!\. Expected/],
    [
      'claims what its status does not confirm is not believed',
      { code: 0, print: '{"ok":true}' },
      /but `status` says that nothing serves, under fence 0/,
    ],
  ])('%s', async (_name, trouble, reason) => {
    await using here = await stand();
    here.misbehave({ deploy: trouble });
    const refusal = here.deployer.serve(here.release(12), here.change(7));
    await expect(refusal).rejects.toThrow(DeployRefused);
    await expect(refusal).rejects.toThrow(reason);
  });

  test('ends with 75 is worth another try', async () => {
    await using here = await stand();
    here.misbehave({ deploy: { code: 75, print: 'the cluster is busy' } });
    const failed = here.deployer.serve(here.release(12), here.change(7));
    await expect(failed).rejects.toThrow(/ended with 75 and said: the cluster is busy/);
    await expect(failed).rejects.not.toBeInstanceOf(DeployRefused);
    here.misbehave({});
    await here.deployer.serve(here.release(12), here.change(7));
    expect(await here.serving()).toBe(12);
  });

  test('takes too long is ended and worth another try, and one that is not wanted any more is ended', async () => {
    await using here = await stand({ deploy: 'echo begun; exec sleep 983' });
    const cancel = new AbortController();
    const change = { ...here.change(7, cancel.signal), onLine: () => cancel.abort(new Error('nobody waits any more')) };
    await expect(here.deployer.serve(here.release(12), change)).rejects.toThrow('nobody waits any more');
  });

  test('leaves something running in a session of its own leaves it running', async () => {
    await using here = await stand();
    const path = join(here.folder, 'left');
    await using left = await stand({ status: `setsid sleep 982 & echo $! >'${path}'; echo '{"serving":null,"fence":0}'` });
    await left.deployer.status(new AbortController().signal);
    const pid = Number(readFileSync(path, 'utf8'));
    expect(process.kill(pid, 0)).toBe(true);
    process.kill(pid);
  });

  test('answers its status in a way that cannot be read leaves it unknown', async () => {
    await using here = await stand({ status: 'echo \'{"serving":"r12","fence":1}\'' });
    await expect(here.deployer.status(new AbortController().signal)).rejects.toThrow(
      /Expected is one line of JSON such as \{"serving":\{"release":12/,
    );
  });
});
