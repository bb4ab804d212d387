import assert from 'node:assert/strict';
import { test } from 'node:test';
import { billableKg, volumetricKg } from '../src/weight.js';

const box = { lengthCm: 10, widthCm: 10, heightCm: 10 };

test('weights are rounded up to half a kilogram', () => {
  assert.equal(billableKg({ ...box, grams: 1 }), 0.5);
  assert.equal(billableKg({ ...box, grams: 500 }), 0.5);
  assert.equal(billableKg({ ...box, grams: 501 }), 1);
  assert.equal(billableKg({ ...box, grams: 2000 }), 2);
  assert.equal(billableKg({ ...box, grams: 2001 }), 2.5);
});

test('room is charged where it is more than the weight', () => {
  assert.equal(volumetricKg({ lengthCm: 50, widthCm: 40, heightCm: 30 }), 12);
  assert.equal(billableKg({ lengthCm: 50, widthCm: 40, heightCm: 30, grams: 900 }), 12);
  assert.equal(billableKg({ lengthCm: 50, widthCm: 40, heightCm: 30, grams: 12_400 }), 12.5);
});
