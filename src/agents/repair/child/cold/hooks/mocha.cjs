/* oxlint-disable node/no-process-env -- It runs in the target's program; programs that a test starts inherit what it is called. */
'use strict';
/** Loaded by mocha with `--require`: tells `probe.cjs` which test runs. Root hooks enclose those of the suites. */
const nothing = { file: '', name: '' };
let current = nothing;

Object.assign(globalThis, { __miyabiTest__: () => current });

exports.mochaHooks = {
  beforeEach() {
    const { currentTest } = this;
    current = { file: currentTest?.file ?? '', name: currentTest?.fullTitle() ?? '' };
    process.env['MIYABI_TEST'] = JSON.stringify(current);
  },
  afterEach() {
    current = nothing;
    delete process.env['MIYABI_TEST'];
  },
};
