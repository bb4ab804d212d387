import { formatCents } from './amounts.js';
import { readEntries } from './entries.js';
import { byQuarter } from './quarters.js';
import { largestMovement, totals } from './totals.js';

/** One line for each quarter of a ledger. */
export function report(ledger) {
  return byQuarter(readEntries(ledger))
    .map(([name, entries]) => quarterLine(name, entries))
    .join('\n');
}

function quarterLine(name, entries) {
  const { incoming, outgoing } = totals(entries);
  const largest = largestMovement(entries);
  const movement = largest === undefined ? 'none' : `${largest.account} ${formatCents(largest.cents)}`;
  return `${name}: in ${formatCents(incoming)}, out ${formatCents(outgoing)}, largest movement ${movement}`;
}
