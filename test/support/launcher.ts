import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The launcher of the product that tests start: of the one that `npm test` has built, else of this checkout, which runs its sources. */
export const launcher = join(process.env['MIYABI_TEST_PRODUCT'] ?? fileURLToPath(new URL('../..', import.meta.url)), 'bin/miyabi.js');
