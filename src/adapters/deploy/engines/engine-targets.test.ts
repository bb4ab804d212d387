import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { containerStand, whereIs } from '../../../../test/security/container-stand.ts';
import type { ContainerStand } from '../../../../test/security/container-stand.ts';
import { containerRegistry, noContainerRegistry } from '../../../../test/support/container-registry.ts';
import { containerRelease, noPublishing, serviceImage, servicePort } from '../../../../test/support/container-service.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { Target } from '../../../domain/config-deploy.ts';
import { DeployRefused, FencedOff } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, Deployer } from '../../../ports/deployer.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import { createComposeDeployer } from '../compose/create-compose-deployer.ts';
import { createContainerDeployer } from '../container/create-container-deployer.ts';
import { callKeeper } from '../process/call-keeper.ts';

/** In one file, because an engine with an image takes seconds to make. */

type TargetOf<Kind> = Extract<Target, { readonly kind: Kind }>;

const stand = await containerStand(serviceImage);
const lacking = await noPublishing(stand);
afterAll(async () => {
  if (typeof stand !== 'string') await stand[Symbol.asyncDispose]();
});
const nameOf = (reason: string | undefined): string => (reason === undefined ? '' : ` (${reason})`);
const never = new AbortController().signal;

async function place() {
  const { host, podman } = stand as ContainerStand;
  await using opened = new AsyncDisposableStack();
  const temporary = opened.use(await temporaryFolder());
  const folder = join(temporary.path, 'environment');
  opened.defer(() => void podman('rm', '--all', '--force', '--time=0'));
  opened.defer(async () => void (await callKeeper(folder, 'leave', {}, never).catch(() => undefined)));
  const runner = opened.use(createProcessRunner());
  const common = { environment: 'production', folder, process: runner, host, secrets: {}, nodePath: process.execPath, hidden: [] };
  const resources = opened.move();
  return {
    folder,
    path: temporary.path,
    podman,
    containers: (): readonly string[] =>
      podman('ps', '--all', '--quiet')
        .split('\n')
        .filter((line) => line !== ''),
    container: (target: Partial<TargetOf<'container'>> = {}, more: Partial<typeof common> = {}): Deployer =>
      createContainerDeployer({
        ...common,
        target: {
          kind: 'container',
          engine: 'podman',
          listen: { host: '127.0.0.1', port: 0 },
          containerPort: servicePort,
          dockerfile: 'Dockerfile',
          image: 'shop',
          push: false,
          stopSeconds: 1,
          ...target,
        },
        ...more,
      }),
    compose: (target: Partial<TargetOf<'compose'>> = {}): Deployer =>
      createComposeDeployer({
        ...common,
        target: {
          kind: 'compose',
          file: 'compose.yaml',
          project: 'shop',
          program: ['podman-compose'],
          image: 'shop',
          dockerfile: 'Dockerfile',
          push: false,
          timeoutSeconds: 60,
          ...target,
        },
      }),
    release: (number: number, more?: Readonly<Record<string, string>>) =>
      containerRelease(stand as ContainerStand, temporary.path, number, more),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function change(fence: number): ChangeOfTarget {
  return { fence, signal: never, onLine: () => {} };
}

/** What users are answered. */
async function asked(deployer: Deployer): Promise<{ readonly release: number; readonly greeting: string }> {
  const { url } = await deployer.status(never);
  return (await (await fetch(url ?? 'http://nowhere.invalid/')).json()) as { readonly release: number; readonly greeting: string };
}

async function running(deployer: Deployer): Promise<readonly number[]> {
  return (await deployer.status(never)).running.map(({ release }) => release).toSorted((one, other) => one - other);
}

describe.skipIf(lacking !== undefined)(`releases in containers${nameOf(lacking)}`, () => {
  test('are built, run beside each other, switched, put back and retired, and outlive who has started them', async () => {
    await using here = await place();
    const deployer = here.container();
    expect(await deployer.status(never)).toMatchObject({ fence: 0, serving: undefined, running: [] });
    {
      await using runner = createProcessRunner();
      const other = here.container({}, { process: runner });
      await other.place(here.release(1), change(1));
      expect(await other.start(here.release(1), change(1))).toBe(true);
      await other.serve(here.release(1), change(1));
      await other.serve(here.release(1), change(1));
    }
    expect(here.containers()).toHaveLength(1);
    // Its variable of two lines has arrived as it is.
    expect(await asked(deployer)).toMatchObject({ release: 1, commit: here.release(1).commit, greeting: 'hello\nfrom r1' });

    await deployer.start(here.release(2), change(2));
    expect(await running(deployer)).toEqual([1, 2]);
    const beside = (await deployer.status(never)).running.find((one) => one.release === 2);
    expect(await (await fetch(beside?.url ?? '')).json()).toMatchObject({ release: 2 });
    expect(await asked(deployer)).toMatchObject({ release: 1 });
    await deployer.serve(here.release(2), change(2));
    expect(await asked(deployer)).toMatchObject({ release: 2 });
    expect(await deployer.traffic(1, 0, Date.now() + 60_000, never)).toMatchObject({ requests: 2, errors: 0 });

    await deployer.serve(here.release(1), change(2));
    expect(await asked(deployer)).toMatchObject({ release: 1 });
    await expect(deployer.serve(here.release(2), change(1))).rejects.toThrow(FencedOff);
    await deployer.retire({ running: [1], placed: [1] }, change(2));
    await deployer.retire({ running: [1], placed: [1] }, change(2));
    expect(await running(deployer)).toEqual([1]);
    const tags = here.podman('image', 'ls', '--format', '{{.Tag}}', 'shop').trim().split('\n');
    expect(tags.toSorted()).toEqual(['production-r1', here.release(1).commit.slice(0, 12)].toSorted());
    expect(await asked(deployer)).toMatchObject({ release: 1 });
    expect(readdirSync(here.folder).filter((name) => name.startsWith('variables-'))).toEqual([]);
  });

  test('are restarted by the engine, and each exit is told', async () => {
    await using here = await place();
    const deployer = here.container();
    await deployer.serve(here.release(1), change(1));
    const url = (await deployer.status(never)).running[0]?.url ?? '';
    const before = Date.now();
    await fetch(`${url}/exit`).catch(() => {});
    const exits = async (): Promise<readonly number[]> => (await deployer.status(never)).running[0]?.exits ?? [];
    await expect.poll(exits, { timeout: 20_000 }).toHaveLength(1);
    expect((await exits())[0]).toBeGreaterThanOrEqual(before - 1_000);
    await expect.poll(async () => (await fetch(url).catch(() => undefined))?.status, { timeout: 20_000 }).toBe(200);
  });

  test('have their hooks run once under a key, with the environment of the release', async () => {
    await using here = await place();
    const deployer = here.container();
    const hook = { key: 'run/expand', command: 'echo "$GREETING, $MIYABI_RELEASE"; exit 3', timeoutMs: 60_000 };
    for (let time = 1; time <= 2; time += 1)
      expect(await deployer.hook(here.release(1), hook, change(1))).toEqual({ code: 3, tail: 'hello\nfrom r1, 1\n' });
    expect(here.containers()).toHaveLength(1);
    const slow = { key: 'slow', command: 'exec sleep 981', timeoutMs: 500 };
    expect(await deployer.hook(here.release(1), slow, change(1))).toEqual({ code: 124, tail: 'It was ended after 0.5 s.\n' });
    expect(await running(deployer)).toEqual([]);
    await deployer.retire({ running: [], placed: [1] }, change(2));
    expect(here.containers()).toEqual([]);
  });

  test('that cannot be built are refused', async () => {
    await using here = await place();
    const { image } = stand as ContainerStand;
    const refused = async (number: number, target: Partial<TargetOf<'container'>>, dockerfile: string): Promise<unknown> =>
      await here
        .container(target)
        .place(here.release(number, { Dockerfile: dockerfile }), change(1))
        .catch((error: unknown) => error);
    const broken = await refused(6, {}, `FROM ${image}\nCOPY absent /absent\n`);
    expect(broken).toBeInstanceOf(DeployRefused);
    expect(String(broken)).toMatch(/podman build ended with \d+ and said: .*absent/);
    expect(String(await refused(7, { dockerfile: 'Containerfile' }, ''))).toMatch(/There is no Containerfile in the release/);
    expect(String(await refused(8, { dockerfile: '../environment/fence' }, ''))).toMatch(/leads out of the release/);
    expect(String(await refused(9, { engine: 'docker' }, `FROM ${image}\n`))).toMatch(/There is no program docker|docker .* said: /);
  });
});

const noPush = lacking ?? noContainerRegistry;
test.skipIf(noPush !== undefined)(`an image is pushed with the account of a variable, which is left nowhere${nameOf(noPush)}`, async () => {
  await using here = await place();
  await using registry = await containerRegistry(here.path);
  // The registry speaks plain HTTP, which is for its user to allow.
  const allowed = join(here.path, 'registries.conf');
  writeFileSync(allowed, `[[registry]]\nlocation = "${registry.host}"\ninsecure = true\n`);
  const host = { ...(stand as ContainerStand).host, CONTAINERS_REGISTRIES_CONF: allowed };
  const target = { image: `${registry.host}/ada/shop`, push: true, registryVariable: 'REGISTRY' };
  const release = here.release(1, { Dockerfile: 'FROM scratch\nCOPY server.mjs /server.mjs\n' });
  const place_ = (account: string): Promise<void> =>
    here.container(target, { host, secrets: { REGISTRY: account } }).place(release, change(1));
  await expect(place_('ada')).rejects.toThrow(/REGISTRY does not hold an account.*`user:password`/);
  await expect(place_('ada:wrong')).rejects.toThrow(DeployRefused);
  expect(await registry.tags('ada/shop')).toEqual([]);
  await place_(registry.account);
  await place_(registry.account);
  expect(await registry.tags('ada/shop')).toEqual([release.commit.slice(0, 12)]);
  expect(readdirSync(here.folder).filter((name) => name.startsWith('account-'))).toEqual([]);
});

const noCompose = lacking ?? (whereIs('podman-compose') === undefined ? 'not run here: podman-compose is not installed' : undefined);
describe.skipIf(noCompose !== undefined)(`a project of compose${nameOf(noCompose)}`, () => {
  const file = `
services:
  web:
    image: \${MIYABI_IMAGE}
    environment: [GREETING]
    expose: ['${servicePort}']
`;

  test('is brought up with the image of a release, to the next one and back', async () => {
    await using here = await place();
    const deployer = here.compose();
    const release = (number: number) => here.release(number, { 'compose.yaml': file });
    expect(await deployer.start(release(1), change(1))).toBe(false);
    await deployer.serve(release(1), change(1));
    await deployer.serve(release(1), change(1));
    expect(await deployer.status(never)).toMatchObject({ fence: 1, serving: { release: 1, commit: release(1).commit } });
    const hook = { key: 'expand', command: 'echo "$GREETING"', timeoutMs: 60_000 };
    expect(await deployer.hook(release(2), hook, change(2))).toEqual({ code: 0, tail: 'hello\nfrom r2\n' });
    await deployer.serve(release(2), change(2));
    expect(await deployer.status(never)).toMatchObject({ fence: 2, serving: { release: 2 }, running: [{ release: 2, exits: [] }] });
    await deployer.serve(release(1), change(2));
    expect(await running(deployer)).toEqual([1]);
    expect(here.podman('exec', 'shop_web_1', '/bin/sh', '-c', 'echo "$GREETING"')).toBe('hello\nfrom r1\n');
    await expect(deployer.serve(release(2), change(1))).rejects.toThrow(FencedOff);
    await deployer.retire({ running: [1], placed: [1] }, change(3));
    expect(here.containers()).toHaveLength(1);
  });

  test('whose file does not start the release is refused, though podman-compose ends well', async () => {
    await using here = await place();
    const broken = here.release(1, { 'compose.yaml': file.replace('${MIYABI_IMAGE}', (stand as ContainerStand).image) });
    await expect(here.compose().serve(broken, change(1))).rejects.toThrow(/podman-compose up did not bring r1 up/);
    await expect(here.compose({ file: '../environment/fence' }).serve(broken, change(1))).rejects.toThrow(/leads out of the release/);
  });
});
