import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { linkPrograms } from './linked-programs.mjs';

/**
 * Builds the product and lays it out as if it were installed: in a folder below `node_modules`, where it finds its libraries. Its programs are
 * linked; `published` in it is the same with the modules as the package has them.
 * @param {string} root of the checkout.
 * @returns {Promise<string | undefined>} the folder; nothing where there are no sources, or where they cannot be built, which the tests find out.
 */
export async function buildProduct(root) {
  if (!existsSync(path.join(root, 'src/main.ts'))) return undefined;
  const folder = path.join(root, 'node_modules/.cache/miyabi-built');
  const published = path.join(folder, 'published');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(published, { recursive: true });
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs'), published], { cwd: root, stdio: 'inherit' });
  if (status !== 0) return undefined;
  for (const name of ['package.json', 'bin', 'examples'])
    for (const product of [folder, published])
      cpSync(path.join(root, name), path.join(product, name), {
        recursive: true,
        filter: (from) => path.basename(from) !== 'node_modules',
      });
  cpSync(path.join(published, 'dist'), path.join(folder, 'dist'), { recursive: true });
  await linkPrograms(path.join(published, 'dist'), path.join(folder, 'dist'));
  return folder;
}
