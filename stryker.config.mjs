import { pureDomain } from './scripts/support/pure-domain.mjs';

const vitestConfig = 'scripts/support/vitest.domain.config.mjs';

export default {
  mutate: pureDomain,
  // The copy that is mutated holds this much and no tsconfig.json: Stryker would read that with an API TypeScript 7 lacks.
  ignorePatterns: ['**', '!src/**', '!package.json', `!${vitestConfig}`],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: vitestConfig, related: false },
  coverageAnalysis: 'perTest',
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: 'coverage/mutation.html' },
  jsonReporter: { fileName: 'coverage/mutation.json' },
  thresholds: { high: 95, low: 90, break: 90 },
};
