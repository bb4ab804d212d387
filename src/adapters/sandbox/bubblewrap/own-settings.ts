import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { isWithin } from '../within.ts';
import type { SystemView } from './system-view.ts';

/**
 * Fills a folder that stands for /etc inside: copies of the machine's files, empty folders where its folders will lie, and as
 * little as programs can do with about users and names: this user, nobody else, no name of the machine. The home in the list of
 * users is not the user's; programs go by HOME.
 *
 * @returns the folder.
 */
export function ownSettings(folder: string, { copied, readable }: Pick<SystemView, 'copied' | 'readable'>): string {
  mkdirSync(folder);
  for (const path of readable.filter((one) => isWithin('/etc', one))) mkdirSync(inFolder(folder, path), { recursive: true });
  for (const path of copied) {
    mkdirSync(dirname(inFolder(folder, path)), { recursive: true });
    copyFileSync(path, inFolder(folder, path));
  }
  const { uid, gid, username } = thisUser();
  const contents = {
    passwd: lines([
      ...(uid === 0 ? [] : ['root:x:0:0::/:/usr/sbin/nologin']),
      `${username}:x:${uid}:${gid}::/tmp:/bin/sh`,
      'nobody:x:65534:65534::/:/usr/sbin/nologin',
    ]),
    group: lines([...(gid === 0 ? [] : ['root:x:0:']), `${username}:x:${gid}:`, 'nogroup:x:65534:']),
    hosts: lines(['127.0.0.1 localhost', '::1 localhost']),
    'nsswitch.conf': lines(['passwd: files', 'group: files', 'hosts: files']),
  };
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Where a path of /etc lies in a folder that stands for it. */
function inFolder(folder: string, path: string): string {
  return join(folder, relative('/etc', path));
}

/** Where the system has no name for the user, as in many containers, any will do inside. */
function thisUser(): { readonly uid: number; readonly gid: number; readonly username: string } {
  try {
    return userInfo();
  } catch {
    return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, username: 'user' };
  }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
