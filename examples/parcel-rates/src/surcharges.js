/** Longest side that fits the sorting belt, in centimetres. */
const beltCm = 120;
const fuelPercent = 8;
const wayCents = 700;
const includedKg = 3;
const centsPerExtraKg = 50;

/** What is added to the base price, each with its reason; amounts in cents. */
export function surchargesFor(parcel, destination, baseCents) {
  const list = [{ reason: 'fuel', cents: Math.round((baseCents * fuelPercent) / 100) }];
  if (longestSide(parcel) > beltCm) list.push({ reason: 'bulky', cents: 1500 });
  if (destination.remote) list.push({ reason: 'remote area', cents: remoteCents(parcel) });
  return list;
}

function longestSide({ lengthCm, widthCm, heightCm }) {
  return Math.max(lengthCm, widthCm, heightCm);
}

/** Islands and mountain huts: a price for the way, and for every kilogram beyond the included ones that is begun. */
function remoteCents({ grams }) {
  const extraKg = Math.ceil(grams / 1000 - includedKg);
  return wayCents + extraKg * centsPerExtraKg;
}
