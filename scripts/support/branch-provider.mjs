/**
 * Collects which branches the tests took, as vitest's coverage provider (`coverage.customProviderModule`). Loaded by
 * vitest itself, and again in each of its workers.
 */
import istanbul from 'istanbul-lib-coverage';

/** Where the instrumented files count. */
const counters = '__coverage__';

class BranchProvider {
  name = 'branches';
  #taken = istanbul.createCoverageMap();
  #vitest;

  initialize(vitest) {
    this.#vitest = vitest;
  }

  resolveOptions() {
    return this.#vitest.config.coverage;
  }

  clean() {
    this.#taken = istanbul.createCoverageMap();
  }

  onAfterSuiteRun({ coverage }) {
    this.#taken.merge(coverage);
  }

  generateCoverage() {
    return this.#taken;
  }

  reportCoverage() {
    // Whoever started vitest reads what was taken from `generateCoverage`.
  }
}

export default {
  getProvider: () => new BranchProvider(),
  takeCoverage: () => globalThis[counters] ?? {},
};
