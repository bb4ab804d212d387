import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget } from '../../../ports/deployer.ts';
import type { Engine } from './engine.ts';
import { registryOf } from './image-name.ts';

/** For the time of a push, in ms. */
const longestPush = 1_800_000;

export interface RegistryAccount {
  readonly user: string;
  readonly password: string;
}

/**
 * @param variable names the one that holds `user:password`; undefined where the engine knows its accounts itself.
 * @throws DeployRefused when it is not set, or holds something else.
 */
export function registryAccount(variable: string | undefined, secrets: Readonly<Record<string, string>>): RegistryAccount | undefined {
  if (variable === undefined) return undefined;
  const [, user, password] = /^([^:]+):([^]+)$/.exec(secrets[variable] ?? '') ?? [];
  if (user !== undefined && password !== undefined) return { user, password };
  throw new DeployRefused(`The variable ${variable} does not hold an account for the registry: expected is \`user:password\`.`);
}

export interface Push {
  readonly engine: Engine;
  /** Without a tag. */
  readonly image: string;
  readonly name: string;
  readonly account: RegistryAccount | undefined;
  /** Of the environment: the account lies there for as long as it is pushed. */
  readonly folder: string;
  /** For helpers of the engine that get an account somewhere. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Pushes an image; what the registry has already is not sent again. The password goes through a pipe, and into no file that stays. */
export async function pushImage({ engine, image, name, account, folder, secrets }: Push, change: ChangeOfTarget): Promise<void> {
  if (account === undefined) {
    await engine.perform({ args: ['push', name], timeoutMs: longestPush, env: secrets }, change);
    return;
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const left = (await readdir(folder)).filter((entry) => entry.startsWith('account-'));
  for (const entry of left) await rm(join(folder, entry), { recursive: true, force: true });
  const place = await mkdtemp(join(folder, 'account-'));
  // Docker takes a folder before its command, Podman a file behind it.
  const before = engine.name === 'docker' ? ['--config', place] : [];
  const behind = engine.name === 'docker' ? [] : ['--authfile', join(place, 'auth.json')];
  try {
    const login = [...before, 'login', ...behind, '--username', account.user, '--password-stdin', registryOf(image)];
    await engine.perform({ args: login, timeoutMs: 120_000, stdin: account.password }, change);
    await engine.perform({ args: [...before, 'push', ...behind, name], timeoutMs: longestPush }, change);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
