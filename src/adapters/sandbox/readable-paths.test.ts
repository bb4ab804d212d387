import { expect, test } from 'vitest';
import { readablePathsOf } from './readable-paths.ts';

const home = '/home/u';
const paths = (path: string, hidden: readonly string[] = [], nodePath = '/usr/bin/node'): readonly string[] =>
  readablePathsOf(path, nodePath, [home], hidden);

test('a folder called bin is readable with what lies beside it, another one by itself', () => {
  expect(paths('/opt/go/bin:/srv/tools')).toEqual(['/usr', '/opt/go', '/srv/tools']);
});

test('of a home only programs and their libraries are readable', () => {
  expect(paths(`${home}/.local/bin`, [], '/opt/node/bin/node')).toEqual([
    '/opt/node',
    `${home}/.local/bin`,
    `${home}/.local/lib`,
    `${home}/.local/lib64`,
    `${home}/.local/libexec`,
    `${home}/.local/include`,
  ]);
  expect(paths(`${home}/bin`)).toContain(`${home}/bin`);
  expect(paths(`${home}/bin`)).not.toContain(home);
  expect(paths(home)).toEqual(['/usr']);
});

test('version managers are known: their programs need more than the folder on the PATH, and cargo keeps a token beside its own', () => {
  expect(paths(`${home}/.pyenv/shims:${home}/.pyenv/bin`)).toEqual(['/usr', `${home}/.pyenv`]);
  expect(paths(`${home}/.cargo/bin`)).toEqual(['/usr', `${home}/.cargo/bin`, `${home}/.rustup`]);
  expect(paths('', [], `${home}/.nvm/versions/node/v24/bin/node`)).toEqual([`${home}/.nvm`]);
});

test('neither the root nor a folder around something hidden is ever readable', () => {
  expect(paths('/bin:/:/home:/data/bin', ['/data/state'])).toEqual(['/usr', '/bin', '/data/bin']);
  expect(paths('/data/state/bin:/tmp:/etc', ['/data/state'])).toEqual(['/usr', '/data/state/bin']);
});

test('relative folders and an end slash do not count', () => {
  expect(paths('node_modules/.bin:.:/srv/tools/:')).toEqual(['/usr', '/srv/tools']);
});
