import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = process.env['MIYABI_TEST_PRODUCT'];

/** The launcher of the product that tests start: of the one that `npm test` has built, else of this checkout, which runs its sources. */
export const launcher = join(built ?? fileURLToPath(new URL('../..', import.meta.url)), 'bin/miyabi.js');

/** Of the same product, its modules as they are published and not linked into few files: for whoever looks at which are loaded. */
export const publishedLauncher = built === undefined ? launcher : join(built, 'published/bin/miyabi.js');

/** How that product calls itself, as a pattern: one that is installed is on the PATH. */
export const ownName = built === undefined ? String.raw`node \S*bin/miyabi\.js` : 'miyabi';
