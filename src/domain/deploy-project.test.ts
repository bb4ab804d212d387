import { expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { deployProjectOf } from './deploy-project.ts';

function configured(repository: string) {
  const environments = [{ name: 'production', target: { kind: 'process', listen: { port: 8080 }, start: 'node server.js' } }];
  return configSchema.parse({ deploy: { projects: [{ repository, environments }] }, forge: { local: { home: '/home/ada/forge/' } } });
}

const github = { kind: 'remote', url: 'https://github.com/ada/shop.git' } as const;
const folder = { kind: 'local', root: '/home/ada/shop' } as const;

it('knows a repository by its path, its address however it is written, and its name at a forge', () => {
  for (const address of [
    'ada/shop',
    'Ada/Shop',
    'https://github.com/ada/shop',
    'git@github.com:ada/shop.git',
    'ssh://git@github.com/ada/shop',
  ])
    expect(deployProjectOf(configured(address), github)?.repository).toBe(address);
  expect(deployProjectOf(configured('ada/shop'), { kind: 'remote', url: 'git@github.com:ada/shop' })).toBeDefined();
  expect(deployProjectOf(configured('ada/shop'), { kind: 'remote', url: 'file:///home/ada/forge/ada/shop.git' })).toBeDefined();
  expect(deployProjectOf(configured('/home/ada/shop/'), folder)).toBeDefined();
  expect(deployProjectOf(configured('ada/shop'), folder, { repository: 'ada/shop' })).toBeDefined();
});

it('takes no other repository for it', () => {
  expect(deployProjectOf(configured('ada/shop'), { kind: 'remote', url: 'https://evil.example/ada/shop.git' })).toBeUndefined();
  expect(deployProjectOf(configured('ada/shop'), { kind: 'remote', url: 'https://github.com/eve/shop.git' })).toBeUndefined();
  expect(deployProjectOf(configured('ada/shop'), folder)).toBeUndefined();
  expect(deployProjectOf(configured('/home/ada'), folder)).toBeUndefined();
  expect(deployProjectOf(configured('no address'), github)).toBeUndefined();
  expect(deployProjectOf(configSchema.parse({}), github)).toBeUndefined();
});
