import { expect, test } from 'vitest';
import { admit, newCircuit, report, type BreakerOutcome, type Circuit } from '../../src/domain/breaker.ts';
import { backoffMs, defaultRetryPolicy } from '../../src/domain/retry.ts';

test('a task waits 2, 4, 8 and 16 seconds between its five executions', () => {
  expect([1, 2, 3, 4].map((used) => backoffMs(defaultRetryPolicy, used, 0))).toEqual([2_000, 4_000, 8_000, 16_000]);
});

test('five failures in a row open a breaker, a minute later one world tries, and two successes close it', () => {
  const settings = { failures: 5, coolMs: 60_000, successes: 2 };
  const second = 1_000;
  let circuit: Circuit = newCircuit;
  const tell = (outcome: BreakerOutcome, now: number, holder = 'a') => {
    circuit = report(circuit, { holder, outcome, now }, settings);
  };
  const ask = (now: number, holder = 'a') => {
    const answer = admit(circuit, { holder, now, forMs: 1_800 * second }, settings);
    circuit = answer.circuit;
    return answer.admission;
  };

  for (let failure = 0; failure < 5; failure += 1) tell('failure', failure * second);
  expect(ask(10 * second)).toEqual({ kind: 'refused', because: 'open', until: 64 * second });

  expect(ask(64 * second)).toEqual({ kind: 'admitted' });
  expect(ask(65 * second, 'b')).toMatchObject({ kind: 'refused', because: 'being-tried' });
  tell('success', 70 * second);
  expect(ask(71 * second, 'b')).toEqual({ kind: 'admitted' });
  tell('success', 80 * second, 'b');
  expect(circuit).toEqual(newCircuit);
});
