import { expect, test } from 'vitest';
import { watchErrors } from './early-end.ts';

test('the same error three times in a row is the end, whatever its numbers', () => {
  const watch = watchErrors(3);
  expect(watch.see('TypeError at line 3 after 12 ms')).toEqual({ times: 1, end: undefined });
  expect(watch.see('TypeError at line 4 after 9 ms')).toEqual({ times: 2, end: undefined });
  const reason = 'the same error 3 times in a row: TypeError at line 5  after 1 ms';
  expect(watch.see('TypeError at line 5  after 1 ms')).toEqual({ times: 3, end: { rule: 'same-error', reason } });
});

test('something that goes well, or another error, begins anew', () => {
  const watch = watchErrors(2);
  for (const failure of ['a', undefined, 'a', 'b', 'a', undefined]) expect(watch.see(failure).end).toBeUndefined();
});
