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

const remoteCents = (grams) => {
  const list = surchargesFor({ ...box, grams }, { country: 'DE', remote: true }, 690);
  return list.find(({ reason }) => reason === 'remote area')?.cents;
};

test('remote areas cost a price for the way and for every kilogram begun beyond three', () => {
  assert.equal(remoteCents(3001), 750);
  assert.equal(remoteCents(3400), 750);
  assert.equal(remoteCents(4000), 750);
  assert.equal(remoteCents(4001), 800);
  assert.equal(remoteCents(12_000), 1150);
});

test('three kilograms are included', () => {
  assert.equal(remoteCents(3000), 700);
  assert.equal(remoteCents(2400), 700);
});

test('a light parcel to a remote area costs the way, and not less', () => {
  assert.equal(remoteCents(2000), 700);
  assert.equal(remoteCents(1500), 700);
  assert.equal(remoteCents(150), 700);
});

test('what is not remote has no such surcharge', () => {
  assert.deepEqual(surchargesFor({ ...box, grams: 500 }, { country: 'DE', remote: false }, 490), [{ reason: 'fuel', cents: 39 }]);
});
