import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const sources = fileURLToPath(new URL('../../src', import.meta.url));
const built = process.env['MIYABI_TEST_PRODUCT'];

/** Lets the modules of the product find {@link entryPoint} of this file; for the configuration of the tests. */
export const builtPrograms =
  built === undefined ? [] : [{ find: /^(?:\.\.?\/)+domain\/entry-point\.ts$/, replacement: fileURLToPath(import.meta.url) }];

/**
 * In the place of `src/domain/entry-point.ts` where `npm test` has built the product: programs and threads that a module starts are the
 * built ones, as in the package. Most of them run where no compile cache reaches, so that a source is compiled at every start.
 */
export function entryPoint(from: string, name: string): URL {
  const source = new URL(`${name}.ts`, from);
  const program = `${built}/dist/${relative(sources, fileURLToPath(source)).replace(/\.ts$/, '.js')}`;
  return existsSync(program) ? pathToFileURL(program) : source;
}
