/** Longest side that fits the sorting belt, in centimetres. */
const beltCm = 120;
const fuelPercent = 8;

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

/** Islands and mountain huts: a price for the way, and for every full kilogram that has to be carried. */
function remoteCents({ grams }) {
  return 700 + Math.floor(grams / 1000) * 50;
}
