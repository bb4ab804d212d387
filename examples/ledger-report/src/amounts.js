/** An amount such as `1,250.5` or `-12.00` in whole cents. Throws for what is no amount. */
export function parseCents(text) {
  const match = /^(-?)(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (match === null) throw new TypeError(`"${text}" is no amount`);
  const [, sign, whole, fraction = ''] = match;
  const cents = Number(whole.replaceAll(',', '')) * 100 + Number(fraction.padEnd(2, '0'));
  return sign === '-' ? -cents : cents;
}

/** Whole cents as they are written: `-1250.05`. */
export function formatCents(cents) {
  const size = Math.abs(cents);
  const fraction = String(size % 100).padStart(2, '0');
  return `${cents < 0 ? '-' : ''}${Math.floor(size / 100)}.${fraction}`;
}
