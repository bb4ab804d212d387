/** What came in and what went out, in cents; the latter is negative. */
export function totals(entries) {
  let incoming = 0;
  let outgoing = 0;
  for (const { cents } of entries) {
    if (cents > 0) incoming += cents;
    else outgoing += cents;
  }
  return { incoming, outgoing };
}

/** The entry that moved the most money; the earlier one of two alike. Undefined for no entries. */
export function largestMovement(entries) {
  let largest;
  let most = 0;
  for (const entry of entries) {
    const moved = entry.cents;
    if (moved > most) {
      most = moved;
      largest = entry;
    }
  }
  return largest;
}
