import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { EventCursor } from '../../../domain/events.ts';

overLedgers((openTestLedger) => {
  it('knows how far a reader has come, also in another process', async () => {
    await using opened = await openTestLedger();
    const { readers } = opened.ledger;
    expect(await readers.cursor('notices')).toBeUndefined();
    await readers.save('notices', '5' as EventCursor);
    await readers.save('notices', '7' as EventCursor);
    await readers.save("o'ther", '1' as EventCursor);
    expect(await (await opened.another()).readers.cursor('notices')).toBe('7');
    expect(await readers.cursor("o'ther")).toBe('1');
  });
});
