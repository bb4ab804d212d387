/** @module-tag campaign */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createComposeDeployer } from '../../src/adapters/deploy/compose/create-compose-deployer.ts';
import { createContainerDeployer } from '../../src/adapters/deploy/container/create-container-deployer.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import type { Target } from '../../src/domain/config-deploy.ts';
import { DeployRefused, FencedOff } from '../../src/ports/deployer.ts';
import type { Deployer } from '../../src/ports/deployer.ts';
import { containerStand, whereIs } from '../security/container-stand.ts';
import type { ContainerStand } from '../security/container-stand.ts';
import { containerRegistry, noContainerRegistry } from '../support/container-registry.ts';
import { containerRelease, noPublishing, serviceImage, servicePort } from '../support/container-service.ts';
import { keptEnvironment } from '../support/kept-environment.ts';
import { by, describeDeployer } from './deployer-conformance.ts';
import { openVictim } from './deployer/container-victim.ts';
import type { ContainerVictim } from './deployer/container-victim.ts';
import type { DeployerStand } from './deployer-stand.ts';

/** All that wants an engine with an image, which takes seconds to make. */
const engine = await containerStand(serviceImage);
const lacking = noPublishing(engine);
afterAll(async () => {
  if (typeof engine !== 'string') await engine[Symbol.asyncDispose]();
});

const never = new AbortController().signal;
const nameOf = (reason: string | undefined): string => (reason === undefined ? '' : ` (${reason})`);
type TargetOf<Kind> = Extract<Target, { readonly kind: Kind }>;

describe.skipIf(lacking !== undefined)(`with Podman${nameOf(lacking)}`, () => {
  describeDeployer('container', openStand);
});

async function openStand(): Promise<DeployerStand> {
  const { host, folder, scratch, resources } = await place();
  const settings = JSON.stringify({ folder, host } satisfies ContainerVictim);
  const open = () => resources.use(openVictim(settings));
  return {
    open,
    release: (number, behaviour = {}, environment = {}) =>
      containerRelease(engine as ContainerStand, join(scratch, 'built'), number, { behaviour, environment }),
    async ask(path) {
      const { url = '' } = await open().status(AbortSignal.timeout(10_000));
      const answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(10_000) });
      return { status: answer.status, release: answer.headers.get('x-release'), body: await answer.text() };
    },
    victim: { module: new URL('deployer/container-victim.ts', import.meta.url), settings },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** An environment whose containers are gone when its resources are. */
async function place() {
  const { host, podman } = engine as ContainerStand;
  await using opened = new AsyncDisposableStack();
  const { folder, scratch } = opened.use(await keptEnvironment());
  opened.defer(() => void podman('rm', '--all', '--force', '--time=0'));
  return { podman, host, folder, scratch, resources: opened.move() };
}

/** For what is not the same at every target. */
async function ownPlace() {
  const { podman, host, folder, scratch, resources } = await place();
  // Compose makes it, in a folder of the whole machine.
  resources.defer(() => void podman('network', 'rm', '--force', 'shop_default'));
  const runner = resources.use(createProcessRunner());
  const common = { environment: 'production', folder, process: runner, host, secrets: {}, nodePath: process.execPath, hidden: [] };
  const image = { image: 'shop', dockerfile: 'Dockerfile', push: false } as const;
  return {
    podman,
    folder,
    scratch,
    container: (target: Partial<TargetOf<'container'>> = {}, more: Partial<typeof common> = {}): Deployer =>
      createContainerDeployer({
        ...common,
        target: {
          kind: 'container',
          engine: 'podman',
          listen: { host: '127.0.0.1', port: 0 },
          containerPort: servicePort,
          stopSeconds: 1,
          ...image,
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
          timeoutSeconds: 60,
          ...image,
          ...target,
        },
      }),
    release: (number: number, files: Readonly<Record<string, string>> = {}) =>
      containerRelease(engine as ContainerStand, join(scratch, 'built'), number, {
        environment: { GREETING: `hello\nfrom r${number}` },
        files,
      }),
    containers: (): number =>
      podman('ps', '--all', '--quiet')
        .split('\n')
        .filter((line) => line !== '').length,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

describe.skipIf(lacking !== undefined)(`images of releases${nameOf(lacking)}`, { timeout: 120_000 }, () => {
  test('are kept as long as an environment holds on to them', async () => {
    await using here = await ownPlace();
    const tags = (): readonly string[] => here.podman('image', 'ls', '--format', '{{.Tag}}', 'kept').trim().split('\n').toSorted();
    const [staging, production] = [
      here.container({ image: 'kept' }, { environment: 'staging', folder: join(here.scratch, 'staging') }),
      here.container({ image: 'kept' }),
    ];
    const scratch = { Dockerfile: 'FROM scratch\nCOPY server.js /server.js\n' };
    const release = { ...(await here.release(1, scratch)), commit: 'a'.repeat(40) as never };
    const other = { ...(await here.release(2, scratch)), commit: 'b'.repeat(40) as never };
    for (const deployer of [staging, production]) await deployer.place(release, by(1));
    await production.place(other, by(2));
    expect(tags()).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'production-r1', 'production-r2', 'staging-r1']);
    await production.retire({ running: [], placed: [2] }, by(2));
    expect(tags()).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'production-r2', 'staging-r1']);
    await production.retire({ running: [], placed: [] }, by(3));
    expect(tags()).toEqual(['aaaaaaaaaaaa', 'staging-r1']);
  });

  const noDocker = whereIs('docker') === undefined ? 'not run here: the Docker command line is not installed' : undefined;
  test.skipIf(noDocker !== undefined)(`are built and run through the command line of Docker too${nameOf(noDocker)}`, async () => {
    await using here = await ownPlace();
    const host = await (engine as ContainerStand).startDockerService();
    const docker = here.container({ engine: 'docker', image: 'localhost/other' }, { host });
    const release = await here.release(1);
    await docker.serve(release, by(1));
    const changed = { ...release, environment: { GREETING: 'good evening' } };
    const told: string[] = [];
    await docker.serve(changed, { ...by(1), onLine: (line) => told.push(line) });
    expect(told).toEqual([expect.stringMatching(/r1 serves already, with the settings/)]);
    const status = await docker.status(never);
    expect(status).toMatchObject({ serving: { release: 1 }, running: [{ release: 1, exits: [] }] });
    expect(await (await fetch(status.url ?? '')).json()).toMatchObject({ release: '1' });
    expect(await docker.hook(release, { key: 'expand', command: 'echo "$GREETING"; exit 4', timeoutMs: 60_000 }, by(1))).toEqual({
      code: 4,
      tail: 'hello\nfrom r1\n',
    });
    const next = await here.release(2);
    await docker.start(next, by(2));
    await docker.start({ ...next, environment: changed.environment }, by(2));
    const beside = (await docker.status(never)).running.find((one) => one.release === 2);
    const environment = async (): Promise<unknown> => await (await fetch(`${beside?.url}/environment`)).json();
    await expect.poll(() => environment().catch(() => undefined), { timeout: 30_000 }).toMatchObject({ GREETING: 'good evening' });
    await docker.serve(next, by(2));
    await docker.retire({ running: [2], placed: [2] }, by(2));
    expect((await docker.status(never)).running).toMatchObject([{ release: 2 }]);
    expect(here.containers()).toBe(1);
  });

  test('that cannot be built are refused', async () => {
    await using here = await ownPlace();
    const { image } = engine as ContainerStand;
    const refused = async (number: number, target: Partial<TargetOf<'container'>>, dockerfile: string): Promise<unknown> => {
      const release = await here.release(number, { Dockerfile: dockerfile });
      return await here
        .container(target)
        .place(release, by(1))
        .catch((error: unknown) => error);
    };
    const broken = await refused(6, {}, `FROM ${image}\nCOPY absent /absent\n`);
    expect(broken).toBeInstanceOf(DeployRefused);
    expect(String(broken)).toMatch(/podman build ended with \d+ and said: .*absent/);
    expect(String(await refused(7, { dockerfile: 'Containerfile' }, ''))).toMatch(/There is no Containerfile in the release/);
    expect(String(await refused(8, { dockerfile: '../../environment/fence' }, ''))).toMatch(/leads out of the release/);
  });

  const noPush = noContainerRegistry;
  test.skipIf(noPush !== undefined)(`are pushed with the account of a variable, which is left nowhere${nameOf(noPush)}`, async () => {
    await using here = await ownPlace();
    await using registry = await containerRegistry(here.scratch);
    // The registry speaks plain HTTP, which is for its user to allow.
    const allowed = join(here.scratch, 'registries.conf');
    writeFileSync(allowed, `[[registry]]\nlocation = "${registry.host}"\ninsecure = true\n`);
    const host = { ...(engine as ContainerStand).host, CONTAINERS_REGISTRIES_CONF: allowed };
    const target = { image: `${registry.host}/ada/shop`, push: true, registryVariable: 'REGISTRY' };
    const release = await here.release(1, { Dockerfile: 'FROM scratch\nCOPY server.js /server.js\n' });
    const pushAs = (account: string): Promise<void> =>
      here.container(target, { host, secrets: { REGISTRY: account } }).place(release, by(1));
    await expect(pushAs('ada')).rejects.toThrow(/REGISTRY does not hold an account.*`user:password`/);
    await expect(pushAs('ada:wrong')).rejects.toThrow(DeployRefused);
    expect(await registry.tags('ada/shop')).toEqual([]);
    await pushAs(registry.account);
    await pushAs(registry.account);
    expect(await registry.tags('ada/shop')).toEqual([release.commit.slice(0, 12)]);
    expect(readdirSync(here.folder).filter((name) => name.startsWith('account-'))).toEqual([]);
  });
});

const noCompose = lacking ?? (whereIs('podman-compose') === undefined ? 'not run here: podman-compose is not installed' : undefined);
describe.skipIf(noCompose !== undefined)(`a project of compose${nameOf(noCompose)}`, { timeout: 120_000 }, () => {
  const file = `
services:
  web:
    image: \${MIYABI_IMAGE}
    environment: [GREETING, 'PORT=${servicePort}', MIYABI_COMMIT, MIYABI_RELEASE]
    expose: ['${servicePort}']
`;

  test('is brought up with the image of a release, to the next one and back', async () => {
    await using here = await ownPlace();
    const deployer = here.compose();
    const [first, second] = [await here.release(1, { 'compose.yaml': file }), await here.release(2, { 'compose.yaml': file })];
    expect(await deployer.start(first, by(1))).toBe(false);
    await deployer.serve(first, by(1));
    await deployer.serve(first, by(1));
    expect(await deployer.status(never)).toMatchObject({ fence: 1, serving: { release: 1, commit: first.commit } });
    // Its variable of two lines has arrived as it is.
    const hook = { key: 'expand', command: 'echo "$GREETING"', timeoutMs: 60_000 };
    expect(await deployer.hook(second, hook, by(2))).toEqual({ code: 0, tail: 'hello\nfrom r2\n' });
    await deployer.serve(second, by(2));
    expect(await deployer.status(never)).toMatchObject({ fence: 2, serving: { release: 2 }, running: [{ release: 2, exits: [] }] });
    await deployer.serve(first, by(2));
    expect((await deployer.status(never)).running.map(({ release }) => release)).toEqual([1]);
    expect(here.podman('exec', 'shop_web_1', '/bin/sh', '-c', 'echo "$GREETING"')).toBe('hello\nfrom r1\n');
    await expect(deployer.serve(second, by(1))).rejects.toThrow(FencedOff);
    await deployer.retire({ running: [1], placed: [1] }, by(3));
    expect(here.containers()).toBe(1);
  });

  test('whose file does not start the release is refused, though podman-compose ends well', async () => {
    await using here = await ownPlace();
    const broken = await here.release(1, { 'compose.yaml': file.replace('${MIYABI_IMAGE}', (engine as ContainerStand).image) });
    await expect(here.compose().serve(broken, by(1))).rejects.toThrow(/podman-compose up did not bring r1 up/);
    await expect(here.compose({ file: '../../environment/fence' }).serve(broken, by(1))).rejects.toThrow(/leads out of the release/);
  });
});
