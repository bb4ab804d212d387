/** Whole micro-dollars: 1 USD = 1,000,000. Integers add up without drift, also in SQL. */
export type MicroUsd = number;

export function toUsd(amount: MicroUsd): number {
  return amount / 1_000_000;
}

export function fromUsd(usd: number): MicroUsd {
  return Math.round(usd * 1_000_000);
}

/** For people, without its unit: cents, or as many digits as say something of less than ten of them. */
export function showUsd(amount: MicroUsd): string {
  const usd = toUsd(amount);
  if (amount === 0 || amount >= 100_000) return usd.toFixed(2);
  // Without what is zero at the end, but with cents.
  return usd.toFixed(6).replace(/(\.\d\d\d*?)0+$/, '$1');
}
