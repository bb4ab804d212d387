import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largestMovement, totals } from '../src/totals.js';

const entries = (...amounts) => amounts.map((cents, index) => ({ account: `account ${index}`, cents }));

test('what comes in and what goes out are summed apart', () => {
  assert.deepEqual(totals(entries(100, -30, 50, -5)), { incoming: 150, outgoing: -35 });
  assert.deepEqual(totals([]), { incoming: 0, outgoing: 0 });
});

test('the largest of several incomes is the largest movement', () => {
  assert.equal(largestMovement(entries(100, 400, 250))?.account, 'account 1');
  assert.equal(largestMovement(entries(100, 400, -250))?.account, 'account 1');
});

test('money that leaves moves as much as money that comes in', () => {
  assert.equal(largestMovement(entries(40_000, -95_000, 500))?.account, 'account 1');
  assert.equal(largestMovement(entries(-10, -300, -20))?.account, 'account 1');
  assert.equal(largestMovement(entries(-500, 40, 499))?.account, 'account 0');
});

test('the earlier of two alike is the largest', () => {
  assert.equal(largestMovement(entries(10, 70, 70))?.account, 'account 1');
});

test('without entries, and without money moved, there is none', () => {
  assert.equal(largestMovement([]), undefined);
  assert.equal(largestMovement(entries(0, 0)), undefined);
});
