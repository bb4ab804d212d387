import { expect, it } from 'vitest';
import { placeInConfig } from './config-place.ts';

it('a name with which several keys begin is told as that, and not as one that nobody knows', () => {
  expect(() => placeInConfig('worlds')).toThrow('worlds is no key, but how several begin.');
  expect(() => placeInConfig('worlds.needs')).toThrow('`miyabi config explain worlds.needs` lists them.');
  expect(() => placeInConfig('world')).toThrow('There is no key "world".');
});
