/** What Stryker runs for each mutant: the tests of the pure domain and nothing else. */
export default { test: { include: ['src/domain/**/*.test.ts'], watch: false } };
