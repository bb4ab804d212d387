/** An amount as people read it: cents from a dollar up, four places below, so that a call of a tenth of a cent is not nothing. */
export function usd(amount: number): string {
  return `$${amount.toFixed(amount !== 0 && Math.abs(amount) < 1 ? 4 : 2)}`;
}
