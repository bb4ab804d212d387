/** Whole micro-dollars: 1 USD = 1,000,000. Integers add up without drift, also in SQL. */
export type MicroUsd = number;

export function toUsd(amount: MicroUsd): number {
  return amount / 1_000_000;
}

export function fromUsd(usd: number): MicroUsd {
  return Math.round(usd * 1_000_000);
}
