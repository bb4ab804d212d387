import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';

const digest = 'a'.repeat(64);
const one = { id: '1', kind: 'token', name: 'ci', scope: 'operate', digest, expiresAt: undefined } as const;

overLedgers((openTestLedger) => {
  it('knows who may use the API until that expires or is revoked, also in another process', async () => {
    await using opened = await openTestLedger();
    const { apiAccesses } = opened.ledger;
    opened.clock.now = () => 10;
    expect(await apiAccesses.create(one)).toBe(true);
    expect(await apiAccesses.create({ ...one, id: '2', kind: 'browser', scope: 'admin', expiresAt: 20 })).toBe(true);
    const another = (await opened.another()).apiAccesses;
    expect(await another.byId('1')).toEqual({ ...one, createdAt: 10, usedAt: undefined });
    expect((await another.list()).map(({ id }) => id)).toEqual(['1', '2']);
    opened.clock.now = () => 20;
    expect(await another.byId('2')).toBeUndefined();
    expect((await another.list()).map(({ id }) => id)).toEqual(['1']);
    await apiAccesses.end('2');
    opened.clock.now = () => 19;
    expect(await another.byId('2')).toBeUndefined();
    opened.clock.now = () => 20;
    await another.used('1');
    expect(await apiAccesses.byId('1')).toMatchObject({ usedAt: 20 });
    expect(await apiAccesses.revoke('ci')).toBe(1);
    expect(await another.byId('1')).toBeUndefined();
    expect(await apiAccesses.revoke('ci')).toBe(0);
    await expect(apiAccesses.create({ ...one, scope: 'all' as never })).rejects.toThrow(/check/i);
  });

  it('lets one browser in by a link, once and for its time, whichever service it comes to', async () => {
    await using opened = await openTestLedger();
    opened.clock.now = () => 10;
    const services = [opened.ledger.apiAccesses, (await opened.another()).apiAccesses];
    await services[0]!.addLink({ digest, name: 'ada', expiresAt: 20 });
    const taken = await Promise.all(Array.from({ length: 6 }, async (_, index) => await services[index % 2]!.takeLink(digest)));
    expect(taken.filter((name) => name !== undefined)).toEqual(['ada']);
    expect(await services[1]!.takeLink('b'.repeat(64))).toBeUndefined();
    await services[1]!.addLink({ digest, name: 'ada', expiresAt: 20 });
    opened.clock.now = () => 20;
    expect(await services[0]!.takeLink(digest)).toBeUndefined();
  });

  it('gives a name to one token at a time', async () => {
    await using opened = await openTestLedger();
    const ledgers = [opened.ledger, await opened.another()];
    const made = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => await ledgers[index % 2]!.apiAccesses.create({ ...one, id: `${index}` })),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await opened.ledger.apiAccesses.list()).toHaveLength(1);
    await opened.ledger.apiAccesses.revoke('ci');
    expect(await opened.ledger.apiAccesses.create(one)).toBe(true);
  });
});
