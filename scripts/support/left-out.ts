/**
 * Files that have nothing for this run of the tests, as `scripts/test.mjs` says: some begin with a database or a container before anybody asks
 * whether a test of theirs is wanted.
 */
export const leftOut = (process.env['MIYABI_TEST_LEFT_OUT'] ?? '').split(',').filter((file) => file !== '');
