import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';

overLedgers((openTestLedger) => {
  it('remembers a delivery by its forge and id, as it was first recorded, also in another process, until it is forgotten', async () => {
    await using opened = await openTestLedger();
    const { deliveries } = opened.ledger;
    const one = { forge: 'github', id: "it's-1", event: 'issues', receivedAt: 10, outcome: 'accepted' };
    const other = { ...one, id: '2', receivedAt: 20, outcome: 'ping' };
    expect(await deliveries.has('github', one.id)).toBe(false);
    await deliveries.save(one);
    await deliveries.save({ ...one, outcome: 'another', receivedAt: 99 });
    await deliveries.save(other);
    const another = (await opened.another()).deliveries;
    expect(await another.has('github', one.id)).toBe(true);
    expect(await another.has('elsewhere', one.id)).toBe(false);
    expect(await another.latest(10)).toEqual([other, one]);
    expect(await another.latest(1)).toEqual([other]);
    expect(await deliveries.forget(20)).toBe(1);
    expect(await deliveries.latest(10)).toEqual([other]);
    await expect(deliveries.save({ ...one, outcome: '' })).rejects.toThrow(/check/i);
  });

  it('knows up to when a repository was swept', async () => {
    await using opened = await openTestLedger();
    const { deliveries } = opened.ledger;
    expect(await deliveries.sweptUntil('github', 'a/b')).toBeUndefined();
    await deliveries.saveSwept('github', 'a/b', 5);
    await deliveries.saveSwept('github', 'a/b', 7);
    expect(await deliveries.sweptUntil('github', 'a/b')).toBe(7);
    expect(await deliveries.sweptUntil('github', 'a/c')).toBeUndefined();
  });
});
