import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = process.env['MIYABI_TEST_PRODUCT'];

/** The launcher of the product that tests start: of the one that `npm test` has built, else of this checkout, which runs its sources. */
export const launcher = join(built ?? fileURLToPath(new URL('../..', import.meta.url)), 'bin/miyabi.js');

/** How that product calls itself, as a pattern: one that is installed is on the PATH. */
export const ownName = built === undefined ? String.raw`node \S*bin/miyabi\.js` : 'miyabi';
