/* oxlint-disable node/no-process-env -- It runs in the target's program; programs that a test starts inherit what it is called. */
/**
 * Loaded with `--import` in the process of each test file: tells `probe.cjs` which test runs. Root hooks enclose those of the suites, and
 * run for subtests too.
 */
import * as nodeTest from 'node:test';

const { beforeEach, afterEach, getTestContext } = nodeTest;
const file = process.argv[1] ?? '';
/** A suite's own code and its hooks belong to all of its tests, and so does what one of several runs that run at the same time. */
const outside = { file, name: '' };

// The process that starts those of the files has no tests of its own.
if (process.env['NODE_TEST_CONTEXT'] !== undefined) {
  /** Tests that have begun and not ended; subtests behind their tests. */
  const running = [];
  let current = outside;
  const known = new WeakMap();
  const testOf = (context) => {
    const found = known.get(context) ?? { file: context.filePath ?? file, name: context.fullName ?? '' };
    known.set(context, found);
    return found;
  };
  const isChain = () => running.every((test, index) => index === 0 || test.name.startsWith(`${running[index - 1].name} > `));
  const settle = () => {
    current = isChain() ? (running.at(-1) ?? outside) : undefined;
    if (current === undefined || current === outside) delete process.env['MIYABI_TEST'];
    else process.env['MIYABI_TEST'] = JSON.stringify(current);
  };
  /** Of several at the same time Node knows the one that runs only until it first waits for something; before Node 24.19 never. */
  const ofSeveral = () => {
    const context = getTestContext?.();
    return context?.constructor.name === 'TestContext' ? testOf(context) : outside;
  };
  Object.assign(globalThis, { __miyabiTest__: () => current ?? ofSeveral() });
  beforeEach((context) => {
    running.push(testOf(context));
    settle();
  });
  afterEach((context) => {
    const at = running.lastIndexOf(testOf(context));
    if (at !== -1) running.splice(at, 1);
    settle();
  });
}
