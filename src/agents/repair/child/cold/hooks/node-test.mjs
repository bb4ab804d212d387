/* oxlint-disable node/no-process-env -- It runs in the target's program; programs that a test starts inherit what it is called. */
/** Loaded with `--import` in the process of each test file: tells `probe.cjs` which test runs, also of several at the same time. */
import * as nodeTest from 'node:test';

const { beforeEach, afterEach, getTestContext } = nodeTest;
const file = process.argv[1] ?? '';
const outside = { file, name: '' };

// The process that starts those of the files has no tests of its own.
if (process.env['NODE_TEST_CONTEXT'] !== undefined) {
  /** Absent before Node 24.19; what each test runs is not told then. */
  const running = () => getTestContext?.();
  /** One object for each context: `probe.cjs` asks at every statement. */
  const known = new WeakMap();
  const testOf = (context) => {
    // A suite's own code and its hooks belong to all of its tests.
    if (context === undefined || context.constructor.name === 'SuiteContext') return outside;
    const found = known.get(context) ?? { file: context.filePath ?? file, name: context.fullName ?? '' };
    known.set(context, found);
    return found;
  };
  Object.assign(globalThis, { __miyabiTest__: () => testOf(running()) });
  beforeEach((context) => {
    process.env['MIYABI_TEST'] = JSON.stringify(testOf(context));
  });
  afterEach(() => {
    delete process.env['MIYABI_TEST'];
  });
}
