import type { Escape } from './escape.ts';
import { network } from './escapes/network.ts';
import { privileges } from './escapes/privileges.ts';
import { processes } from './escapes/processes.ts';
import { reading } from './escapes/reading.ts';
import { repositoryEscapes } from './escapes/repository.ts';
import { resources } from './escapes/resources.ts';
import { writing } from './escapes/writing.ts';

/** Every way out that is tried, by what it is about. */
export const escapes: ReadonlyMap<string, readonly Escape[]> = new Map([
  ['what it may not read', reading],
  ['what it may not write', writing],
  ['its repository', repositoryEscapes],
  ['privileges and the kernel', privileges],
  ['the network', network],
  ['other processes', processes],
  ['resources', resources],
]);
