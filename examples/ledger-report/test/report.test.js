import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report } from '../src/report.js';

test('a quarter is one line', () => {
  assert.equal(report('2026-01-15;Sales;400.00\n2026-02-01;Post;-12.50'), '2026 Q1: in 400.00, out -12.50, largest movement Sales 400.00');
});

test('a quarter in which nothing moved says so', () => {
  assert.equal(report('2026-10-01;Opening;0'), '2026 Q4: in 0.00, out 0.00, largest movement none');
});

test('the last month of the year lies in its fourth quarter', () => {
  assert.equal(
    report('2025-11-03;Sales;80.00\n2025-12-31;Sales;90.00\n2026-01-01;Sales;10.00'),
    '2025 Q4: in 170.00, out 0.00, largest movement Sales 90.00\n2026 Q1: in 10.00, out 0.00, largest movement Sales 10.00',
  );
});

test('an empty ledger has an empty report', () => {
  assert.equal(report('# nothing yet\n'), '');
});
