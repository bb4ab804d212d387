/* oxlint-disable node/no-process-env -- It runs in the target's programs, and is told what it must know there. */
'use strict';
/**
 * What instrumented code calls, for each realm that it runs in: jest and vitest give every test file globals of its own. The names are
 * those of `instrument.ts` and `switches.ts`.
 */
const fs = require('node:fs');
const path = require('node:path');
const { randomBytes } = require('node:crypto');

// Taken before any test can put something in their place.
const { openSync, writeSync } = fs;

/**
 * @param {Record<PropertyKey, any>} scope the globals of the realm.
 * @param {string} folder where statements that ran are written, a file for each process.
 * @param {number} fuel turns of loops and calls of functions until the code is ended.
 */
exports.install = (scope, folder, fuel) => {
  const runningTest = tellerOf(scope);
  let left = fuel;
  scope['__miyabiTick__'] = () => {
    left -= 1;
    if (left < 0) throw new scope['Error']('out of fuel');
  };
  scope['__miyabiHit__'] = recorder(runningTest, folder);
  let pick;
  scope['__miyabiPick__'] = () => (pick ??= pickOf(runningTest().file));
};

/** One line says which test a mark stands for, the others which statement it ran: each is written at once, so that none is lost with its process. */
function recorder(runningTest, folder) {
  const realm = randomBytes(6).toString('hex');
  const seen = new Map();
  let file = -1;
  let last;
  const write = (line) => writeSync(file, `${line}\n`);
  const slotOf = (test) => {
    if (file === -1) file = openSync(path.join(folder, String(process.pid)), 'a');
    const key = JSON.stringify([test.file, test.name]);
    let slot = seen.get(key);
    if (slot === undefined) {
      slot = { ...test, mark: `${realm}-${seen.size}`, statements: new Set() };
      seen.set(key, slot);
      write(`@${slot.mark} ${key}`);
    }
    return slot;
  };
  return (statement) => {
    const test = runningTest();
    if (last === undefined || last.file !== test.file || last.name !== test.name) last = slotOf(test);
    if (last.statements.has(statement)) return;
    last.statements.add(statement);
    write(`${last.mark} ${statement}`);
  };
}

/** Files of tests that are run for one of several candidates bear its number; see `batch.ts`. */
function pickOf(file) {
  const found = /\.miyabi(\d+)(?=\.|$)/.exec(path.basename(file));
  return found === null ? undefined : Number(found[1]);
}

/** Tells the file of the test that runs now, and its suites and title joined by ` > `: no name outside of tests, no file where nothing tells. */
function tellerOf(scope) {
  const ofVitest = remembering(testOfVitest);
  const ofJest = remembering(testOfJest);
  let symbol;
  return () => {
    // What is loaded for mocha and node:test knows.
    const told = scope['__miyabiTest__'];
    if (told !== undefined) return told();
    const worker = scope['__vitest_worker__'];
    if (worker !== undefined) return ofVitest(worker.current, worker.filepath ?? '');
    const matchers = scope[Symbol.for('$$jest-matchers-object')];
    if (matchers === undefined) return started;
    symbol ??= Object.getOwnPropertySymbols(scope).find(({ description }) => description === 'JEST_STATE_SYMBOL');
    const { testPath = '', currentTestName } = matchers.state;
    return ofJest(symbol === undefined ? currentTestName : scope[symbol].currentlyRunningTest, testPath);
  };
}

/** Instrumented code asks at every statement, and gets the same object for as long as the same test runs. */
function remembering(testOf) {
  let known;
  return (current, file) => {
    if (known === undefined || known.current !== current || known.test.file !== file) known = { current, test: testOf(current, file) };
    return known.test;
  };
}

/** A program that a test of mocha or node:test has started knows the test by its environment; one that nothing is known of, none. */
const started = JSON.parse(process.env['MIYABI_TEST'] ?? '{"file":"","name":""}');

/** The worker keeps what it runs: a test with all its hooks, or a suite. Of tests that run at the same time it knows only the one that began last. */
function testOfVitest(current, file) {
  if (current === undefined || current === null || current.type === 'suite' || current.concurrent === true) return { file, name: '' };
  const names = [current.name];
  for (let { suite } = current; suite !== undefined && suite !== current.file && suite.name !== ''; { suite } = suite)
    names.unshift(suite.name);
  return { file, name: names.join(' > ') };
}

/** Its runner's state knows when a test is over; without it there is the name that `expect` keeps, also after the end of its test. */
function testOfJest(current, file) {
  if (typeof current === 'string') return { file, name: current };
  const names = [];
  for (let each = current; each?.parent !== undefined; each = each.parent) names.unshift(each.name);
  return { file, name: names.join(' > ') };
}
