import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';

const request = { by: 'ci', key: 'one', digest: 'a'.repeat(64) };
const patience = 60_000;

overLedgers((openTestLedger) => {
  it('lets a change be done once under its key, and answers it again', async () => {
    await using opened = await openTestLedger();
    const [here, there] = [opened.ledger.apiRequests, (await opened.another()).apiRequests];
    const claims = await Promise.all([here, there, here, there].map(async (each) => await each.claim(request, patience)));
    expect(claims.map(({ kind }) => kind).toSorted()).toEqual(['claimed', 'under-way', 'under-way', 'under-way']);
    const claimed = claims.find((claim) => claim.kind === 'claimed')!;
    await here.settle(request, claimed.turn, { status: 200, body: '{"done":true}' });
    expect(await there.claim(request, patience)).toEqual({ kind: 'answered', answer: { status: 200, body: '{"done":true}' } });
    expect(await there.claim({ ...request, digest: 'b'.repeat(64) }, patience)).toEqual({ kind: 'another' });
    expect(await there.claim({ ...request, by: 'ada', digest: 'b'.repeat(64) }, patience)).toMatchObject({ kind: 'claimed' });
  });

  it('hands a change on whose service died, and hears no more of that one', async () => {
    await using opened = await openTestLedger();
    const { apiRequests } = opened.ledger;
    opened.clock.now = () => 1_000;
    const first = await apiRequests.claim(request, patience);
    opened.clock.now = () => 1_000 + patience;
    const second = await apiRequests.claim(request, patience);
    expect([first.kind, second.kind]).toEqual(['claimed', 'claimed']);
    const turnOf = (claim: typeof first): string => (claim.kind === 'claimed' ? claim.turn : '');
    await apiRequests.release(request, turnOf(first));
    await apiRequests.settle(request, turnOf(first), { status: 200, body: '1' });
    expect(await apiRequests.claim(request, patience)).toEqual({ kind: 'under-way' });
    await apiRequests.release(request, turnOf(second));
    expect(await apiRequests.claim(request, patience)).toMatchObject({ kind: 'claimed' });
    expect(await apiRequests.forget(1_000 + patience)).toBe(0);
    expect(await apiRequests.forget(2_000 + patience)).toBe(1);
  });
});
