/** Prices by zone: each row holds up to its weight, in kilograms; prices are in cents. */
const tariff = {
  home: [
    { upToKg: 2, cents: 490 },
    { upToKg: 5, cents: 690 },
    { upToKg: 10, cents: 990 },
    { upToKg: 31.5, cents: 1790 },
  ],
  near: [
    { upToKg: 2, cents: 990 },
    { upToKg: 5, cents: 1290 },
    { upToKg: 10, cents: 1890 },
    { upToKg: 31.5, cents: 3290 },
  ],
  far: [
    { upToKg: 2, cents: 1890 },
    { upToKg: 5, cents: 3490 },
    { upToKg: 10, cents: 5590 },
    { upToKg: 31.5, cents: 10490 },
  ],
};

const near = new Set(['AT', 'BE', 'CH', 'CZ', 'DK', 'FR', 'LU', 'NL', 'PL']);

/** The zone of a country, as its two-letter code in any case. */
export function zoneOf(country, home = 'DE') {
  const code = country.trim().toUpperCase();
  if (code.length !== 2) throw new TypeError(`"${country}" is not the code of a country`);
  if (code === home) return 'home';
  return near.has(code) ? 'near' : 'far';
}

/** The price of a weight in a zone, in cents. Throws for what is too heavy to be sent at all. */
export function basePrice(zone, billableKg) {
  const row = tariff[zone].find((candidate) => billableKg <= candidate.upToKg);
  if (row === undefined) throw new RangeError(`${billableKg} kg is too heavy`);
  return row.cents;
}
