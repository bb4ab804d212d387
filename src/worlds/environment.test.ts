import { expect, test } from 'vitest';
import { shareOf } from '../domain/slot.ts';
import { stateFolder } from '../domain/state-folder.ts';
import type { JobId } from '../domain/ids.ts';
import { chooseNode } from './choose-node.ts';
import { cleanPath, installEnvironments, worldEnvironment, worldVariables } from './environment.ts';

const folder = stateFolder('/state').world('01890000-0000-7000-8000-0000000000a1' as JobId, 't', 'alpha');
const host = {
  PATH: '/app/node_modules/.bin:/usr/bin:.:/usr/bin:/x/node-gyp-bin:/bin',
  LANG: 'de_DE.UTF-8',
  LC_TIME: 'C',
  TZ: 'UTC',
  HOME: '/home/ada',
  AWS_SECRET_ACCESS_KEY: 'secret',
  GITHUB_TOKEN: 'secret',
  NODE_OPTIONS: '--require evil',
  npm_lifecycle_event: 'start',
  npm_config_registry: 'https://registry.example/',
  'npm_config_//registry.example/:_authToken': 'secret',
  HTTPS_PROXY: 'http://ada:secret@proxy:3128',
  HTTP_PROXY: 'http://proxy:3128',
  EMPTY: undefined,
};

test('a world gets the listed variables of the host, folders of its own, and no secret', () => {
  const slot = { number: 12, ...shareOf(12) };
  const environment = worldEnvironment({ host, nodePath: '/opt/node/bin/node', folder, run: 'run_1', task: 't', world: 'alpha', slot });
  expect(environment).toMatchObject({
    PATH: '/opt/node/bin:/usr/bin:/bin',
    LANG: 'de_DE.UTF-8',
    LC_TIME: 'C',
    HOME: folder.home,
    TMPDIR: folder.tmp,
    CI: '1',
    HTTP_PROXY: 'http://proxy:3128',
    npm_config_registry: 'https://registry.example/',
    MIYABI_TREE: folder.tree,
    MIYABI_SLOT: '12',
    MIYABI_PORT: '20240',
    MIYABI_PORTS: '20240-20259',
    MIYABI_DATABASE_SUFFIX: 'w12',
    PORT: '20240',
  });
  expect(JSON.stringify(environment)).not.toMatch(/secret|evil|\/home\/ada/);
  expect(Object.keys(environment)).not.toContain('npm_lifecycle_event');
  expect(
    Object.keys(environment)
      .filter((name) => name.startsWith('MIYABI'))
      .sort(),
  ).toEqual(Object.keys(worldVariables).sort());
});

test('the stand-ins of rustup find their toolchains from the HOME of a world', () => {
  const homeOf = (more: Readonly<Record<string, string>>) =>
    worldEnvironment({ host: { ...host, ...more }, nodePath: '/opt/node/bin/node', folder, run: 'run_1', task: 't', world: 'alpha' })[
      'RUSTUP_HOME'
    ];
  expect(homeOf({ PATH: '/usr/bin:/home/ada/.cargo/bin' })).toBe('/home/ada/.rustup');
  expect(homeOf({ PATH: '/usr/bin:/home/ada/.cargo/bin', RUSTUP_HOME: '/opt/rustup' })).toBe('/opt/rustup');
  expect(homeOf({})).toBeUndefined();
});

const request = { host, nodePath: '/opt/node/bin/node', folder, run: 'run_1', task: 't', world: 'alpha' };

test('an installation uses the home of the user only where no foreign code runs', () => {
  const without = installEnvironments({ ...request, installScripts: false });
  expect(without['does-not-run']).toMatchObject({ HOME: '/home/ada', npm_config_ignore_scripts: 'true' });
  expect(without.runs).toMatchObject({ HOME: folder.home, npm_config_ignore_scripts: 'true', YARN_ENABLE_SCRIPTS: 'false' });
  const allowed = installEnvironments({ ...request, installScripts: true });
  expect(allowed.runs).not.toHaveProperty('npm_config_ignore_scripts');
  expect(allowed['does-not-run']).toHaveProperty('npm_config_ignore_scripts');
  expect(JSON.stringify([without.runs, allowed.runs])).not.toContain('/home/ada');
  expect(JSON.stringify([without, allowed])).not.toMatch(/secret/);
});

test('a path loses relative folders, repetitions and what npm put there', () => {
  expect(cleanPath('a:/b::/b:/c/node_modules/.bin/:/d')).toEqual(['/b', '/d']);
});

const ours = { path: '/ours', version: '24.1.0' };
const others = [
  { path: '/twenty', version: '20.9.0' },
  { path: '/eighteen', version: '18.20.1' },
];

test.each([
  [{}, '/ours', true],
  [{ configured: '/mine', engines: '>=99' }, '/mine', true],
  [{ engines: '>=18' }, '/ours', true],
  [{ engines: '^20 || ^18' }, '/twenty', true],
  [{ engines: '>=18', versionFile: 'v18\n' }, '/eighteen', true],
  [{ versionFile: 'lts/iron' }, '/ours', true],
  [{ engines: '*' }, '/ours', true],
  [{ engines: 'nonsense' }, '/ours', true],
  [{ engines: '>=99' }, '/ours', false],
])('the wish %j is answered with %s', (wishes, path, fits) => {
  expect(chooseNode(wishes, others, ours)).toMatchObject({ path, fits, because: expect.stringMatching(/\.$/) });
});
