import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'rolldown';

/** Libraries of hundreds of small files that every command loads: finding and linking these takes several times as long as what is in them. */
const libraries = ['kysely', 'zod'];

/**
 * Lays libraries of a checkout into a folder, each as one file: the tests start some thousand programs, and each spares a tenth of a second of
 * processor time.
 * @param {string} root of the checkout.
 * @param {string} into the `node_modules` where they are found.
 */
export async function layFlatLibraries(root, into) {
  await Promise.all(
    libraries.map(async (name) => {
      const from = path.join(root, 'node_modules', name);
      /** @type {{ module: string, version: string }} */
      const { module, version } = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8'));
      const folder = path.join(into, name);
      mkdirSync(folder, { recursive: true });
      await build({
        input: path.join(from, module),
        output: { file: path.join(folder, 'index.js'), format: 'esm' },
        platform: 'node',
        treeshake: false,
        logLevel: 'silent',
      });
      writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version, type: 'module', exports: './index.js' }));
      cpSync(path.join(from, 'LICENSE'), path.join(folder, 'LICENSE'));
    }),
  );
}
