import { openLedgerAt } from '../../../../../test/support/ledger-place.ts';
import type { LedgerPlace } from '../../../../../test/support/ledger-place.ts';
import { systemIds } from '../../../ids.ts';
import type { NewCall } from '../../../../ports/model-ledger.ts';

/** What a test tells the program as its one argument. */
export interface MoneyRequest {
  readonly place: LedgerPlace;
  readonly owner: string;
  /** How many spend at the same time. */
  readonly callers: number;
  /** After so many calls of this program its callers keep what they have reserved, until another line comes in. */
  readonly calls: number;
  readonly call: Omit<NewCall, 'id' | 'owner'>;
}

// Spends money until the budget ends. Prints `go` when it is ready, and waits for a line; then a line whenever a caller `holds` on to what it has
// reserved, and one for each that is at its end: the kind of the refusal.
const request = JSON.parse(process.argv[2] ?? '') as MoneyRequest;
const database = await openLedgerAt(request.place);
const { money } = database.ledger;
const goesOn = Promise.withResolvers<void>();
let calls = 0;

async function spend(): Promise<string> {
  for (;;) {
    const id = systemIds.next();
    const mostMicroUsd = 1 + Math.floor(Math.random() * request.call.mostMicroUsd);
    const reservation = await money.reserve({ ...request.call, id, owner: request.owner, mostMicroUsd });
    if (reservation.kind !== 'reserved') return reservation.kind;
    calls += 1;
    if (calls > request.calls) {
      process.stdout.write('holds\n');
      await goesOn.promise;
      calls = -Infinity;
    }
    await money.settle(id, {
      kind: 'answered',
      usage: { inputTokens: 10, outputTokens: 1, cachedTokens: 0, cacheWriteTokens: 0 },
      costMicroUsd: Math.floor(Math.random() * (mostMicroUsd + 1)),
      priceKnown: true,
      durationMs: 1,
    });
  }
}

process.stdout.write('go\n');
process.stdin.once('data', () => {
  process.stdin.once('data', goesOn.resolve);
  for (let caller = 0; caller < request.callers; caller += 1) void spend().then((end) => process.stdout.write(`${end}\n`));
});
// Lives until it is told that nobody listens any more, or is killed.
process.stdin.once('end', () => void database.close());
