import { expect, it } from 'vitest';
import { toldOnce } from './told-once.ts';

it('tells the same sentence once in a while, and every other at once', () => {
  const said: string[] = [];
  let now = 0;
  const tell = toldOnce(
    (text) => said.push(text),
    1_000,
    () => now,
  );
  for (now = 0; now < 2_000; now += 100) {
    tell('a is broken');
    if (now === 500) tell('b is broken');
  }
  expect(said).toEqual(['a is broken', 'b is broken', 'a is broken']);
});

it('remembers no more than a thousand', () => {
  const said: string[] = [];
  const tell = toldOnce(
    (text) => said.push(text),
    1_000,
    () => 0,
  );
  for (let number = 0; number <= 1_000; number += 1) tell(`file ${number}`);
  tell('file 1');
  tell('file 0');
  expect(said.slice(1_001)).toEqual(['file 0']);
});
