import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createContainerRung } from '../../src/adapters/sandbox/container/container-rung.ts';
import type { ContainerOptions } from '../../src/adapters/sandbox/container/container-rung.ts';
import type { OpenRung, Rung, RungPlace, Told } from '../../src/adapters/sandbox/rung.ts';
import type { ProcessRequest, ProcessResult } from '../../src/ports/process.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { containerStand } from './container-stand.ts';
import type { ContainerStand } from './container-stand.ts';

const stand = await containerStand();
const runner = createProcessRunner();
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  if (typeof stand !== 'string') await stand[Symbol.asyncDispose]();
});

/** Why no container can be had on this machine; undefined where it can. */
export const noContainers = typeof stand === 'string' ? stand : undefined;
/** What the tests that use this file go by, none of which is run without containers. */
export const engine = stand as ContainerStand;
export const path = '/usr/local/bin:/usr/bin:/bin';
export const mebibyte = 1024 * 1024;

export function rungOf(more: Partial<ContainerOptions> = {}): Rung {
  const { host, image } = engine;
  const process_ = more.process ?? runner;
  return createContainerRung({
    host,
    image,
    engine: 'podman',
    nodePath: process.execPath,
    state: '/somewhere',
    owner: { name: 'me', hold: () => Promise.resolve(), isAlive: (other) => Promise.resolve(other === 'me') },
    ...more,
    process: process_,
  });
}

export interface World extends AsyncDisposable {
  readonly name: string;
  readonly tree: string;
  readonly folder: string;
  readonly open: OpenRung;
  readonly told: readonly Told[];
  run(command: ProcessRequest['command'], more?: Partial<ProcessRequest>): Promise<ProcessResult>;
  shell(script: string, more?: Partial<ProcessRequest>): Promise<ProcessResult>;
}

/** A world with a folder to write, and the way to run programs in it. */
export async function world(
  more: (tree: string, folder: string) => Partial<RungPlace> = () => ({}),
  options: Partial<ContainerOptions> = {},
): Promise<World> {
  const temporary = await temporaryFolder();
  const [tree, scratch] = [join(temporary.path, 'tree'), join(temporary.path, 'scratch')];
  mkdirSync(tree);
  mkdirSync(scratch);
  const told: Told[] = [];
  const rung = rungOf(options);
  expect(await rung.probe()).toMatchObject({ usable: true });
  const limits = { memoryBytes: 256 * mebibyte, processes: 64, cpus: 1, diskBytes: 64 * mebibyte, outputBytes: mebibyte };
  const given = {
    name: `test-${randomUUID()}`,
    writable: [tree],
    protected: [],
    readable: [],
    hidden: [],
    scratch,
    limits,
    egress: undefined,
    group: undefined,
  };
  const open = await rung.open({ ...given, tell: (incident) => told.push(incident), ...more(tree, temporary.path) });
  const run: World['run'] = async (command, request = {}) => {
    const result = await runner.run(open.confine({ command, cwd: tree, env: { PATH: path }, timeoutMs: 30_000, ...request }));
    return open.interpret?.(result) ?? result;
  };
  return {
    name: given.name,
    tree,
    folder: temporary.path,
    open,
    told,
    run,
    shell: (script, request) => run(['/bin/sh', '-c', script], request),
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await temporary[Symbol.asyncDispose]();
    },
  };
}

/** Ids of the containers of a world, running or not. */
export function containersOf(here: World): readonly string[] {
  return engine
    .podman('ps', '--all', '--quiet', '--filter', `label=miyabi.world=${here.name}`)
    .split('\n')
    .filter((line) => line !== '');
}

/** Ids of the processes of this machine whose arguments begin with these. */
export function processesWith(...command: readonly string[]): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(command.map((part) => `${part}\0`).join(''));
      } catch {
        return false;
      }
    });
}
