import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { notingProgram, systemPath } from '../../test/support/layer-stand.ts';
import { testRegistry } from '../../test/support/registry.ts';
import { writeFiles } from '../../test/support/repository.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { createProcessRunner } from '../adapters/process/process-runner.ts';
import { giveRegistries } from './give-registries.ts';

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

test.each([
  ['npm', undefined],
  ['pnpm', 'pnpm/bin/pnpm.mjs'],
  ['yarn', 'yarn/bin/yarn.js'],
  ['yarn', '@yarnpkg/cli-dist/bin/yarn.js'],
])('%s (%s) of a world finds packages where the user’s npm does', async (name, program) => {
  await using folder = await temporaryFolder();
  await using runner = createProcessRunner();
  await using registry = await testRegistry([{ name: 'right', version: '1.0.0', files: { 'index.js': '' } }]);
  const home = join(folder.path, 'home');
  mkdirSync(home);
  writeFiles(folder.path, {
    'users/.npmrc': `registry=${registry.url}\n`,
    'project/package.json': '{"name":"p","dependencies":{"right":"1.0.0"}}',
  });
  // A project of its own for the newer yarn, which looks for one in the folders above.
  writeFiles(folder.path, { 'project/yarn.lock': '' });
  await giveRegistries({ home }, { HOME: join(folder.path, 'users') });
  const bin = program === undefined ? '/usr/bin' : notingProgram(folder.path, name, `exec node '${modules}${program}' "$@"`).bin;
  const env = { PATH: `${bin}:${systemPath}`, HOME: home, YARN_ENABLE_GLOBAL_CACHE: 'false', npm_config_audit: 'false' };
  const result = await runner.run({ command: [name, 'install'], cwd: join(folder.path, 'project'), env, timeoutMs: 60_000 });
  expect(result.end, result.stdout + result.stderr).toEqual({ kind: 'exited', code: 0 });
  expect(registry.asked).toContain('/right');
});

test('the registry of the environment comes before that of the file, and none with a password in it', async () => {
  await using folder = await temporaryFolder();
  writeFiles(folder.path, { 'users/.npmrc': 'registry=https://one.example/\n@corp:registry=https://two.example/\n' });
  const [first, second] = ['first', 'second'].map((name) => join(folder.path, name)) as [string, string];
  for (const home of [first, second]) mkdirSync(home);
  const HOME = join(folder.path, 'users');
  await giveRegistries({ home: first }, { HOME, npm_config_registry: 'https://three.example/' });
  expect(readFileSync(join(first, '.yarnrc.yml'), 'utf8')).toBe('npmRegistryServer: "https://three.example/"\n');
  expect(readFileSync(join(first, '.npmrc'), 'utf8').split('\n')).toContain('@corp:registry=https://two.example/');
  await giveRegistries({ home: second }, { npm_config_registry: 'https://ada:secret@three.example/' });
  expect([existsSync(join(second, '.npmrc')), existsSync(join(second, '.yarnrc.yml'))]).toEqual([false, false]);
});
