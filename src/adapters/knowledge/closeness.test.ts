import { expect, it } from 'vitest';
import { processorMs } from '../../../test/support/processor-time.ts';
import { noteEntry } from '../../../test/support/knowledge/entries.ts';
import { askedStems, closeness } from './closeness.ts';

const near = (title: string, weights: Readonly<Record<string, number>>, body = '') =>
  closeness(noteEntry('1', { title, body }), askedStems(new Map(Object.entries(weights))));

it('counts every word that was asked for, the rare ones more, and those that only begin alike less', () => {
  const asked = { rounding: 5, cart: 2, cancelled: 3 };
  expect(near('rounding', asked)).toBeGreaterThan(near('cart', asked));
  expect(near('rounding of the cart', asked)).toBeGreaterThan(near('rounding of the pie', asked));
  expect(near('cancelled', asked)).toBeGreaterThan(near('cancer', asked));
  expect(near('cancer', asked)).toBeGreaterThan(0);
  expect(near('canopy', asked)).toBe(0);
});

it('is not won over by long texts, reads no more than the beginning of them, and is quick about it', () => {
  const took = processorMs(() => {
    expect(near('cart', { cart: 2 })).toBeGreaterThan(near('other', { cart: 2 }, `${'word '.repeat(300)} cart`));
    expect(near('other', { cart: 2 }, `${'x '.repeat(30_000)} cart`)).toBe(0);
  });
  expect(took).toBeLessThan(2_000);
});
