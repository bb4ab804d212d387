import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { projectRoot, runNode, runProgram, type Ended } from './run-program.ts';

/** Left behind: what is not part of a fresh clone, and what is made there. */
const notCopied = ['node_modules', '.git', 'dist', 'coverage'];

/**
 * Builds and packs a copy of the project inside `folder`, so that nothing is written into the project itself; what `npm test` has built is not
 * built again. @returns the archive.
 */
export async function pack(folder: string): Promise<string> {
  const copy = path.join(folder, 'copy');
  mkdirSync(copy);
  for (const name of readdirSync(projectRoot)) {
    if (notCopied.includes(name)) continue;
    cpSync(path.join(projectRoot, name), path.join(copy, name), {
      recursive: true,
      filter: (file) => path.basename(file) !== 'node_modules',
    });
  }
  for (const name of ['node_modules', 'dashboard/node_modules'])
    if (existsSync(path.join(projectRoot, name))) symlinkSync(path.join(projectRoot, name), path.join(copy, name));
  const built = process.env['MIYABI_TEST_PRODUCT'];
  if (built === undefined) expect(await runNode(['scripts/build.mjs'], { cwd: copy })).toMatchObject({ code: 0, stdout: '' });
  else cpSync(path.join(built, 'published/dist'), path.join(copy, 'dist'), { recursive: true });
  const packed = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], copy);
  expect(packed).toMatchObject({ code: 0 });
  return path.join(folder, packed.stdout.trim().split('\n').at(-1) ?? '');
}

export function npm(args: readonly string[], cwd: string): Promise<Ended> {
  // What npm tells the scripts that it runs would reach the npm that is meant to know nothing of it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_cache|config_registry)/.test(name)));
  return runProgram('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], { cwd, env });
}
