import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basePrice, zoneOf } from '../src/tariff.js';

test('a weight between two rows costs what the upper row says', () => {
  assert.equal(basePrice('home', 0.5), 490);
  assert.equal(basePrice('home', 2.5), 690);
  assert.equal(basePrice('near', 4.5), 1290);
  assert.equal(basePrice('near', 5.5), 1890);
  assert.equal(basePrice('far', 9.5), 5590);
  assert.equal(basePrice('far', 10.5), 10490);
  assert.equal(basePrice('home', 31), 1790);
});

test('a row holds up to and including its weight', () => {
  assert.equal(basePrice('home', 2), 490);
  assert.equal(basePrice('near', 5), 1290);
  assert.equal(basePrice('far', 10), 5590);
});

test('the heaviest parcel that we take is taken', () => {
  assert.equal(basePrice('home', 31.5), 1790);
  assert.equal(basePrice('far', 31.5), 10490);
});

test('what is too heavy is refused', () => {
  assert.throws(() => basePrice('home', 32), /32 kg is too heavy/);
  assert.throws(() => basePrice('near', 31.6), RangeError);
});

test('countries have zones', () => {
  assert.equal(zoneOf('DE'), 'home');
  assert.equal(zoneOf('at'), 'near');
  assert.equal(zoneOf(' FR '), 'near');
  assert.equal(zoneOf('JP'), 'far');
  assert.equal(zoneOf('FR', 'FR'), 'home');
});

test('a country is a code of two letters', () => {
  assert.throws(() => zoneOf('Austria'), /not the code of a country/);
  assert.throws(() => zoneOf(''), TypeError);
});
