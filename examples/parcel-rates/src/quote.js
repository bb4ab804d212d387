import { surchargesFor } from './surcharges.js';
import { basePrice, zoneOf } from './tariff.js';
import { billableKg } from './weight.js';

/**
 * What it costs to send a parcel.
 *
 * @param {{ grams: number, lengthCm: number, widthCm: number, heightCm: number }} parcel
 * @param {{ country: string, remote: boolean }} destination
 */
export function quote(parcel, destination) {
  check(parcel);
  const zone = zoneOf(destination.country);
  const kg = billableKg(parcel);
  const baseCents = basePrice(zone, kg);
  const surcharges = surchargesFor(parcel, destination, baseCents);
  const totalCents = surcharges.reduce((sum, { cents }) => sum + cents, baseCents);
  return { zone, billableKg: kg, baseCents, surcharges, totalCents };
}

/** The cheapest way to send several parcels to one place is to send them one by one; this is the sum, in cents. */
export function quoteAll(parcels, destination) {
  return parcels.reduce((sum, parcel) => sum + quote(parcel, destination).totalCents, 0);
}

function check(parcel) {
  for (const key of ['grams', 'lengthCm', 'widthCm', 'heightCm']) {
    if (!(parcel[key] > 0)) throw new TypeError(`${key} must be more than 0`);
  }
}
