import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quote, quoteAll } from '../src/quote.js';

const austria = { country: 'AT', remote: false };
const box = { lengthCm: 30, widthCm: 20, heightCm: 20 };

test('a quote says how it came about', () => {
  assert.deepEqual(quote({ ...box, grams: 4300 }, austria), {
    zone: 'near',
    billableKg: 4.5,
    baseCents: 1290,
    surcharges: [{ reason: 'fuel', cents: 103 }],
    totalCents: 1393,
  });
});

test('a parcel of exactly five kilograms is charged up to five', () => {
  assert.equal(quote({ ...box, grams: 5000 }, austria).baseCents, 1290);
});

test('a parcel just above a row is charged the next one', () => {
  assert.equal(quote({ ...box, grams: 5001 }, austria).baseCents, 1890);
  assert.equal(quote({ ...box, grams: 10_100 }, austria).baseCents, 3290);
});

test('a light parcel to an island costs the way on top', () => {
  const { surcharges, totalCents } = quote({ ...box, grams: 700 }, { country: 'AT', remote: true });
  assert.deepEqual(surcharges.at(-1), { reason: 'remote area', cents: 700 });
  assert.equal(totalCents, 1290 + 103 + 700);
});

test('room counts as weight', () => {
  assert.equal(quote({ grams: 800, lengthCm: 60, widthCm: 40, heightCm: 30 }, austria).billableKg, 14.5);
});

test('several parcels cost what they cost one by one', () => {
  assert.equal(
    quoteAll(
      [
        { ...box, grams: 4300 },
        { ...box, grams: 900 },
      ],
      austria,
    ),
    1393 + 1393,
  );
  assert.equal(quoteAll([], austria), 0);
});

test('a parcel without weight or size is refused', () => {
  assert.throws(() => quote({ ...box, grams: 0 }, austria), /grams must be more than 0/);
  assert.throws(() => quote({ ...box, grams: 100, heightCm: -1 }, austria), /heightCm/);
  assert.throws(() => quote({ ...box, grams: Number.NaN }, austria), TypeError);
});
