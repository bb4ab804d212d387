import { expect, test } from 'vitest';
import { mountsOf, movablePaths } from './mounts.ts';

const view = { readable: ['/usr', '/opt'], links: [{ path: '/bin', target: 'usr/bin' }], copied: [], frozen: [], emptied: [] };
const nothing = { writable: [], protected: [], readable: [], hidden: [], egress: undefined };

test('what lies in another comes after it, whatever characters are in the names', () => {
  const place = { ...nothing, writable: ['/w/a', '/w/a-b'], protected: ['/w/a/.git'], readable: ['/w/a/deep/lib', '/w'] };
  const paths = mountsOf(place, view).map(({ path }) => path);
  expect(paths).toEqual(['/opt', '/usr', '/w', '/w/a', '/w/a/.git', '/w/a/deep/lib', '/w/a-b']);
});

test('what is protected is readable only, also where it is named as writable', () => {
  const mounts = mountsOf({ ...nothing, writable: ['/w', '/w/.git'], protected: ['/w/.git'] }, view);
  expect(mounts).toContainEqual({ path: '/w/.git', as: 'readable' });
  expect(mounts.filter(({ path }) => path === '/w/.git')).toHaveLength(1);
});

test('a hidden folder is emptied where something around it is shown, and what is shown in it lies over that', () => {
  const place = { ...nothing, readable: ['/home/u'], hidden: ['/home/u/state', '/srv/secret'], writable: ['/home/u/state/w'] };
  expect(mountsOf(place, view)).toEqual([
    { path: '/home/u', as: 'readable' },
    { path: '/home/u/state', as: 'empty' },
    { path: '/home/u/state/w', as: 'writable' },
    { path: '/opt', as: 'readable' },
    { path: '/usr', as: 'readable' },
  ]);
});

test('what the system shows anyway is not mounted twice, unless it is hidden around it', () => {
  expect(mountsOf({ ...nothing, readable: ['/usr/lib/node', '/bin'] }, view).map(({ path }) => path)).toEqual(['/opt', '/usr']);
  expect(mountsOf({ ...nothing, readable: ['/opt/state/x'], hidden: ['/opt/state'] }, view).map(({ path }) => path)).toEqual([
    '/opt',
    '/opt/state',
    '/opt/state/x',
    '/usr',
  ]);
});

test('a writable folder in another is not mounted by itself: a world could have put a link in its place', () => {
  expect(mountsOf({ ...nothing, writable: ['/w', '/w/in'] }, view).map(({ path }) => path)).toEqual(['/opt', '/usr', '/w']);
});

test('what lies in a writable folder can be something else by the next time', () => {
  const mounts = mountsOf({ ...nothing, writable: ['/w'], protected: ['/w/.git'], readable: ['/lib2'] }, view);
  expect(movablePaths(mounts, ['/w'])).toEqual(['/w/.git']);
});
