import { expect, it } from 'vitest';
import { configSchema } from '../../domain/config.ts';
import type { DeployingMachine } from './deploying.ts';
import { deployFindings } from './deploying.ts';

const start = { kind: 'process', listen: { port: 8080 }, start: 'node server.js' };
const machine: DeployingMachine = {
  environment: { KEY: 'x', EMPTY: '' },
  isRoot: false,
  isWalled: true,
  has: async () => await Promise.resolve(false),
};

async function found(environment: object, repository = 'ada/shop', on: Partial<DeployingMachine> = {}) {
  const environments = [{ name: 'production', target: start, ...environment }];
  const { deploy } = configSchema.parse({ deploy: { projects: [{ repository, environments }] } });
  const [finding] = await deployFindings(deploy, { ...machine, ...on });
  return finding!;
}

it('finds nothing where nothing is deployed, and what is sound sound', async () => {
  expect(await deployFindings(configSchema.parse({}).deploy, machine)).toEqual([]);
  expect(await found({ releaseSecrets: ['KEY'] })).toEqual({
    name: 'Deploy ada/shop production',
    status: 'ok',
    detail: 'process at 127.0.0.1:8080, its secret is set; not asked now',
    fix: '',
  });
});

it('names secrets that are not set here, wherever they are configured, and never shows one', async () => {
  const source = { kind: 'prometheus', url: 'https://p.example', requests: 'a', errors: 'b', p95Ms: 'c', tokenVariable: 'TOKEN' };
  const finding = await found({ releaseSecrets: ['KEY', 'EMPTY'], deploySecrets: ['GONE'], watch: { source } });
  expect(finding).toMatchObject({ status: 'failure', detail: 'Not set here: EMPTY, GONE, TOKEN.' });
});

it('says that secrets take walls here, and that what has none does not', async () => {
  const open = { isWalled: false };
  expect(await found({ deploySecrets: ['KEY'] }, 'ada/shop', open)).toMatchObject({
    status: 'failure',
    detail: expect.stringContaining('there is no sandbox here') as string,
    fix: expect.stringContaining('isolation: none') as string,
  });
  expect((await found({}, 'ada/shop', open)).status).toBe('ok');
});

it('knows which programs a target takes, and which targets cannot say where they are reached', async () => {
  const container = { kind: 'container', listen: { port: 8080 }, containerPort: 80, image: 'shop' };
  expect((await found({ target: container })).detail).toContain('docker or podman cannot be started here');
  expect((await found({ target: { ...container, engine: 'podman' } })).detail).toContain('podman cannot');
  const podman = { has: async (program: string) => await Promise.resolve(program === 'podman') };
  expect((await found({ target: container }, 'ada/shop', podman)).status).toBe('ok');
  const kubernetes = { kind: 'kubernetes', namespace: 'shop', deployment: 'shop', manifests: 'k8s/production', image: 'shop' };
  expect((await found({ target: kubernetes })).detail).toMatch(/does not know where it is reached.*kubectl cannot be started/);
  const compose = { kind: 'compose', project: 'shop', image: 'shop', program: ['podman-compose'] };
  const reached = await found({ target: compose, health: { url: 'https://shop.example' } });
  expect(reached.detail).toBe('podman-compose cannot be started here.');
});

it('says what can never work: a repository that is none, a user that nobody may become', async () => {
  expect((await found({}, 'shop')).detail).toBe('shop means no repository.');
  expect((await found({}, '/home/ada/shop')).status).toBe('ok');
  expect((await found({ target: { ...start, user: 'shop' } })).detail).toContain('Only root');
  expect((await found({ target: { ...start, user: 'shop' } }, 'ada/shop', { isRoot: true })).status).toBe('ok');
});
