import { expect, it } from 'vitest';
import type { BreakerOutcome, BreakerSettings, Circuit } from './breaker.ts';
import { admit, newCircuit, report } from './breaker.ts';
import { configSchema } from './config.ts';

const settings: BreakerSettings = { failures: 5, coolMs: 60_000, successes: 2 };
const forMs = 10_000;

/** One breaker with a clock. */
function breaker(start: Circuit = newCircuit) {
  let circuit = start;
  let now = 1_000_000;
  return {
    get circuit() {
      return circuit;
    },
    get now() {
      return now;
    },
    pass: (ms: number) => void (now += ms),
    admit: (holder = 'one') => {
      const decided = admit(circuit, { holder, now, forMs }, settings);
      ({ circuit } = decided);
      return decided.admission;
    },
    report: (outcome: BreakerOutcome, holder = 'one') => void (circuit = report(circuit, { holder, outcome, now }, settings)),
  };
}

function opened() {
  const of = breaker();
  for (let turn = 0; turn < 5; turn += 1) of.report('failure');
  return of;
}

function halfOpen() {
  const of = opened();
  of.pass(60_000);
  expect(of.admit('one')).toEqual({ kind: 'admitted' });
  return of;
}

it('has the settings that are configured by default', () => {
  const { failures, coolSeconds, successes } = configSchema.parse({}).breaker;
  expect({ failures, coolMs: coolSeconds * 1_000, successes }).toEqual(settings);
});

it('opens at the fifth failure in a row, and not before', () => {
  const of = breaker();
  for (const failures of [1, 2, 3, 4]) {
    of.report('failure');
    expect(of.circuit).toEqual({ kind: 'closed', failures });
    expect(of.admit()).toEqual({ kind: 'admitted' });
  }
  of.report('failure');
  expect(of.circuit).toEqual({ kind: 'open', since: of.now });
  expect(of.admit()).toEqual({ kind: 'refused', because: 'open', until: of.now + 60_000 });
});

it('counts only failures in a row: a success begins anew, an end that says nothing changes nothing', () => {
  const of = breaker();
  of.report('success');
  expect(of.circuit).toBe(newCircuit);
  for (const outcome of ['failure', 'failure', 'failure', 'failure', 'nothing'] as const) of.report(outcome);
  expect(of.circuit).toEqual({ kind: 'closed', failures: 4 });
  of.report('success');
  expect(of.circuit).toEqual({ kind: 'closed', failures: 0 });
});

it('is open for the whole cool-down and is tried by one world after it', () => {
  const of = opened();
  const since = of.now;
  of.pass(59_999);
  expect(of.admit()).toEqual({ kind: 'refused', because: 'open', until: since + 60_000 });
  expect(of.circuit).toEqual({ kind: 'open', since });
  of.pass(1);
  expect(of.admit('one')).toEqual({ kind: 'admitted' });
  expect(of.circuit).toEqual({ kind: 'half-open', successes: 0, probe: { holder: 'one', until: of.now + forMs } });
  expect(of.admit('two')).toEqual({ kind: 'refused', because: 'being-tried', until: of.now + forMs });
});

it('closes after two successes in a row', () => {
  const of = halfOpen();
  of.report('success');
  expect(of.circuit).toEqual({ kind: 'half-open', successes: 1, probe: undefined });
  expect(of.admit('two')).toEqual({ kind: 'admitted' });
  expect(of.circuit).toMatchObject({ kind: 'half-open', successes: 1, probe: { holder: 'two' } });
  of.report('success', 'two');
  expect(of.circuit).toBe(newCircuit);
});

it('opens again at one failure while half open, also after a success, and cools down anew', () => {
  for (const before of [[], ['success']] as const) {
    const of = halfOpen();
    for (const outcome of before) {
      of.report(outcome);
      of.admit('one');
    }
    of.pass(5_000);
    of.report('failure');
    expect(of.circuit).toEqual({ kind: 'open', since: of.now });
    of.pass(59_999);
    expect(of.admit()).toMatchObject({ kind: 'refused', because: 'open' });
    of.pass(1);
    expect(of.admit()).toEqual({ kind: 'admitted' });
    expect(of.circuit).toMatchObject({ kind: 'half-open', successes: 0 });
  }
});

it('frees the probe of a world that was cancelled, and keeps what was won', () => {
  const of = halfOpen();
  of.report('success');
  of.admit('two');
  of.report('nothing', 'two');
  expect(of.circuit).toEqual({ kind: 'half-open', successes: 1, probe: undefined });
  expect(of.admit('three')).toEqual({ kind: 'admitted' });
});

it('admits the same world again that starts anew, and another one when it was lost', () => {
  const of = halfOpen();
  of.pass(4_000);
  expect(of.admit('one')).toEqual({ kind: 'admitted' });
  expect(of.circuit).toMatchObject({ probe: { holder: 'one', until: of.now + forMs } });
  of.pass(forMs - 1);
  expect(of.admit('two')).toMatchObject({ kind: 'refused', because: 'being-tried' });
  of.pass(1);
  expect(of.admit('two')).toEqual({ kind: 'admitted' });
  expect(of.circuit).toMatchObject({ kind: 'half-open', probe: { holder: 'two' } });
});

it('hears only the probe once it has opened', () => {
  const open = opened();
  const { circuit } = open;
  for (const outcome of ['failure', 'success', 'nothing'] as const) {
    open.pass(1_000);
    open.report(outcome);
    expect(open.circuit).toBe(circuit);
  }
  const tried = halfOpen();
  const before = tried.circuit;
  for (const outcome of ['failure', 'success', 'nothing'] as const) {
    tried.report(outcome, 'straggler');
    expect(tried.circuit).toBe(before);
  }
  tried.report('success');
  const between = tried.circuit;
  tried.report('failure');
  expect(tried.circuit).toBe(between);
});

it('is not open for longer because the clock was set back', () => {
  const of = opened();
  of.pass(-59_999);
  expect(of.admit()).toMatchObject({ kind: 'refused', because: 'open' });
  of.pass(-1);
  expect(of.admit()).toEqual({ kind: 'admitted' });
});

it('opens at the first failure and closes at the first success where it is set so', () => {
  const strict: BreakerSettings = { failures: 1, coolMs: 1, successes: 1 };
  const open = report(newCircuit, { holder: 'one', outcome: 'failure', now: 5 }, strict);
  expect(open).toEqual({ kind: 'open', since: 5 });
  const { circuit } = admit(open, { holder: 'one', now: 6, forMs }, strict);
  expect(report(circuit, { holder: 'one', outcome: 'success', now: 7 }, strict)).toBe(newCircuit);
});
