import { openLedgerAt } from '../../../../../test/support/ledger-place.ts';
import type { LedgerPlace } from '../../../../../test/support/ledger-place.ts';
import type { RateLimits } from '../../../../ports/model-ledger.ts';

/** What a test tells the program as its one argument. */
export interface RateRequest {
  readonly place: LedgerPlace;
  readonly key: string;
  readonly callers: number;
  /** Turns of each caller. */
  readonly turns: number;
  readonly limits: RateLimits;
}

// Takes turns as fast as it can, without waiting for them. Prints `go` when it is ready, and waits for a line; then one line for each turn.
const request = JSON.parse(process.argv[2] ?? '') as RateRequest;
const database = await openLedgerAt(request.place);

async function take(): Promise<void> {
  for (let turn = 0; turn < request.turns; turn += 1) {
    const tokens = Math.floor(Math.random() * (request.limits.tokens / 30));
    const { at } = await database.ledger.rates.take(request.key, tokens, request.limits);
    process.stdout.write(`${at}\n`);
  }
}

process.stdout.write('go\n');
process.stdin.once('data', () => {
  void Promise.all(Array.from({ length: request.callers }, take))
    .then(async () => await database.close())
    .finally(() => process.stdin.destroy());
});
