import assert from 'node:assert/strict';
import { test } from 'node:test';
import { surchargesFor } from '../src/surcharges.js';

const box = { grams: 3400, lengthCm: 30, widthCm: 20, heightCm: 10 };

test('fuel is eight per cent, rounded to the cent', () => {
  assert.deepEqual(surchargesFor(box, { country: 'DE', remote: false }, 690), [{ reason: 'fuel', cents: 55 }]);
  assert.deepEqual(surchargesFor(box, { country: 'DE', remote: false }, 990), [{ reason: 'fuel', cents: 79 }]);
});

test('what does not fit the belt is bulky, whichever side is long', () => {
  for (const side of ['lengthCm', 'widthCm', 'heightCm']) {
    const reasons = (cm) => surchargesFor({ ...box, [side]: cm }, { country: 'DE', remote: false }, 690).map(({ reason }) => reason);
    assert.deepEqual(reasons(120), ['fuel']);
    assert.deepEqual(reasons(121), ['fuel', 'bulky']);
  }
});

test('remote areas cost a price for the way and for every full kilogram', () => {
  const [, remote] = surchargesFor(box, { country: 'DE', remote: true }, 690);
  assert.deepEqual(remote, { reason: 'remote area', cents: 850 });
});
