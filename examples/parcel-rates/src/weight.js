/** So many cubic centimetres are charged as one kilogram. */
const volumePerKg = 5000;

/** What a parcel weighs on paper: the more of its weight and its room, rounded up to half a kilogram. */
export function billableKg(parcel) {
  const kg = parcel.grams / 1000;
  return roundUpToHalf(Math.max(kg, volumetricKg(parcel)));
}

/** The weight that corresponds to the room a parcel takes. */
export function volumetricKg({ lengthCm, widthCm, heightCm }) {
  return (lengthCm * widthCm * heightCm) / volumePerKg;
}

function roundUpToHalf(kg) {
  return Math.ceil(kg * 2) / 2;
}
