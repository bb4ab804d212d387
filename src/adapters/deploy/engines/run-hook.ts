import { createHash } from 'node:crypto';
import type { ChangeOfTarget, DeployableRelease, Deployer } from '../../../ports/deployer.ts';
import type { Engine } from './engine.ts';
import { findContainer } from './containers.ts';
import { handVariables } from './hand-variables.ts';

export interface HookPlace {
  readonly engine: Engine;
  /** Begins the name of its container. */
  readonly prefix: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the environment. */
  readonly folder: string;
  /** That it is to reach others by; the engine's own when absent. */
  readonly network?: string;
}

type Hook = Parameters<Deployer['hook']>[1];
type HookEnd = Awaited<ReturnType<Deployer['hook']>>;

/** As of `timeout`, for what was ended because it took too long. */
const tookTooLong = 124;

/**
 * Runs a command of a release once, in a container that stays as the proof of it: who asks again under the same key waits for the same container, or
 * reads how it ended.
 */
export async function runHook(place: HookPlace, release: DeployableRelease, hook: Hook, change: ChangeOfTarget): Promise<HookEnd> {
  const { engine, prefix } = place;
  const name = `${prefix}-hook-${createHash('sha256').update(hook.key).digest('hex').slice(0, 16)}`;
  const found = await findContainer(engine, name, change.signal);
  const isThere = found !== undefined && (found.isRunning || found.finishedAt !== undefined);
  if (!isThere) {
    // Made and never started: whoever made it has died in between.
    if (found !== undefined) await engine.ask(['rm', '--force', '--volumes', name], change.signal);
    await start(place, name, release, hook.command, change);
  }
  const end = await waited(engine, name, hook.timeoutMs, change.signal);
  const logs = await engine.ask(['logs', '--tail=100', name], change.signal);
  const tail = `${logs.stdout}${logs.stderr}`.slice(-10_000);
  for (const line of tail.split('\n').filter((each) => each !== '')) change.onLine(line);
  return end === 'too long' ? { code: tookTooLong, tail: `${tail}It was ended after ${hook.timeoutMs / 1_000} s.\n` } : { code: end, tail };
}

async function start(place: HookPlace, name: string, release: DeployableRelease, command: string, change: ChangeOfTarget): Promise<void> {
  const { engine, labels, image, folder, network } = place;
  await using variables = await handVariables(
    { ...release.environment, MIYABI_RELEASE: String(release.number), MIYABI_COMMIT: release.commit },
    folder,
  );
  const args = [
    'run',
    '--detach',
    '--pull=never',
    '--security-opt=no-new-privileges',
    `--name=${name}`,
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...Object.entries(labels).map(([label, value]) => `--label=${label}=${value}`),
    ...variables.options,
    '--entrypoint=/bin/sh',
    image,
    '-c',
    command,
  ];
  await engine.perform({ args, timeoutMs: 120_000, env: variables.env }, change);
}

/** @returns its exit code. */
async function waited(engine: Engine, name: string, timeoutMs: number, signal: AbortSignal): Promise<number | 'too long'> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const quiet = { signal: AbortSignal.any([signal, deadline]), onLine: () => {} };
    await engine.perform({ args: ['wait', name], timeoutMs: timeoutMs + 60_000 }, quiet);
  } catch (error) {
    signal.throwIfAborted();
    if (!deadline.aborted) throw error;
    await engine.ask(['kill', name], signal);
    return 'too long';
  }
  const ended = await findContainer(engine, name, signal);
  if (ended === undefined) throw new Error(`The container ${name} of a hook is gone before it could be asked how it ended.`);
  return ended.exitCode;
}
