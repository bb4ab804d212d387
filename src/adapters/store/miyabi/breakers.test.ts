import { expect, it } from 'vitest';
import { openTestLedger as openOnSqlite, overLedgers } from '../../../../test/support/ledger.ts';
import { leastProcessorMs } from '../../../../test/support/processor-time.ts';
import type { BreakerSettings } from '../../../domain/breaker.ts';
import type { Admission } from '../../../domain/breaker.ts';
import type { Ledger } from '../../../ports/ledger.ts';

const settings: BreakerSettings = { failures: 5, coolMs: 60_000, successes: 2 };
const bold = { key: 'digest', name: 'repair, bold' };
const forMs = 10_000;

const admit = (ledger: Ledger, holder = 'one'): Promise<Admission> => ledger.breakers.admit(bold, { holder, forMs }, settings);

async function fail(ledger: Ledger, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1)
    await ledger.breakers.report(bold, { holder: `failed-${turn}`, outcome: 'failure' }, settings);
}

overLedgers((openTestLedger) => {
  it('opens over several processes, survives a restart, and closes again', async () => {
    await using opened = await openTestLedger();
    const { ledger: first, clock } = opened;
    const second = await opened.another();
    clock.now = () => 1_000;
    await fail(first, 3);
    await fail(second, 1);
    expect(await admit(first)).toEqual({ kind: 'admitted' });
    await fail(first, 1);
    const refused = { kind: 'refused', because: 'open', until: 61_000 };
    expect(await admit(first)).toEqual(refused);
    expect(await admit(second)).toEqual(refused);

    const third = await opened.another();
    expect(await third.breakers.list()).toEqual([{ ...bold, circuit: { kind: 'open', since: 1_000 }, changedAt: 1_000 }]);
    clock.now = () => 60_999;
    expect(await admit(third)).toEqual(refused);
    clock.now = () => 61_000;
    expect(await admit(third)).toEqual({ kind: 'admitted' });
    expect(await third.breakers.list()).toMatchObject([
      { circuit: { kind: 'half-open', successes: 0, probe: { holder: 'one', until: 71_000 } }, changedAt: 61_000 },
    ]);
    for (const holder of ['one', 'two']) {
      expect(await admit(third, holder)).toEqual({ kind: 'admitted' });
      await third.breakers.report(bold, { holder, outcome: 'success' }, settings);
    }
    expect(await third.breakers.list()).toEqual([]);
  });

  it('lets one world of many try a half-open breaker, whichever process asks', async () => {
    await using opened = await openTestLedger();
    const [first, second] = [opened.ledger, await opened.another()];
    opened.clock.now = () => 1_000;
    await fail(first, 5);
    opened.clock.now = () => 1_000 + settings.coolMs;
    const asked = Array.from({ length: 20 }, (_, index) => admit(index % 2 === 0 ? first : second, `world-${index}`));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === 'refused' && answer.because === 'being-tried')).toHaveLength(19);
  });

  it('keeps nothing of a configuration that works, and each one apart', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    await ledger.breakers.report(bold, { holder: 'one', outcome: 'success' }, settings);
    await ledger.breakers.report(bold, { holder: 'two', outcome: 'nothing' }, settings);
    expect(await ledger.breakers.list()).toEqual([]);
    await fail(ledger, 5);
    const other = { key: 'another digest', name: 'repair, careful' };
    expect(await ledger.breakers.admit(other, { holder: 'one', forMs }, settings)).toEqual({ kind: 'admitted' });
    await ledger.breakers.report(other, { holder: 'one', outcome: 'failure' }, settings);
    expect((await ledger.breakers.list()).map(({ name, circuit }) => [name, circuit.kind])).toEqual([
      ['repair, bold', 'open'],
      ['repair, careful', 'closed'],
    ]);
    await ledger.breakers.report(other, { holder: 'two', outcome: 'success' }, settings);
    expect(await ledger.breakers.list()).toHaveLength(1);
  });
});

it('answers in less than a millisecond of processor time', async () => {
  await using opened = await openOnSqlite();
  const { ledger } = opened;
  for (const failures of [0, 5]) {
    await fail(ledger, failures);
    expect(await leastProcessorMs(40, () => admit(ledger, 'one'))).toBeLessThan(1);
  }
});
