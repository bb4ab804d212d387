import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { leftOut } from './scripts/support/left-out.ts';
import { LongestFirst } from './scripts/support/longest-first.ts';
import { builtPrograms } from './test/support/built-entry-point.ts';

/** Tests that start no programs and change nothing of their process share one, which saves the start and the imports of each file. */
const together = [
  'src/{domain,weaver,operations,cli}/**/*.test.ts',
  'src/adapters/{gateway,models,store/miyabi}/**/*.test.ts',
  'dashboard/src/**/*.test.ts',
];
/** Tests that look with a browser share one, and the run that most of them look at; beside others they would wait for each other. */
const browser = ['test/browser/**/*.test.ts'];

const globalSetup = [fileURLToPath(new URL('test/support/postgres-setup.ts', import.meta.url))];

export default defineConfig({
  resolve: { alias: builtPrograms },
  test: {
    pool: 'forks',
    // Tests start real processes of their own and wait for them, for disks and for time to pass more than half of their time: five of them used
    // 1.6 of two processors.
    maxWorkers: 7,
    // These only end what hangs: a busy machine takes several times as long as a quiet one, and no promise is tested by them.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // The closing line of a test that failed is often all that is kept of it: it says what was found, and not how much.
    chaiConfig: { truncateThreshold: 1_000 },
    watch: false,
    globalSetup,
    // Threads and programs that tests start from the sources load what others have compiled: half the time of a start.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url)) },
    sequence: { sequencer: LongestFirst },
    tags: [
      {
        name: 'campaign',
        description: 'What takes long and is held in short by others: npm run test:campaigns. test/README.md says what is where.',
      },
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'examples/**', 'dist/**', ...together, ...browser, ...leftOut],
        },
      },
      { extends: true, test: { name: 'together', include: together, isolate: false } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browser,
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: [...globalSetup, fileURLToPath(new URL('test/browser/support/setup.ts', import.meta.url))],
        },
      },
    ],
  },
});
