/**
 * Headers as OpenTelemetry's variables hold them: `name=value` with commas between them, values as they stand in an address (`%20` for a space). What is
 * no such pair is left out.
 */
export function parseOtlpHeaders(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').flatMap((pair) => {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name, decoded(value)] as const];
  });
  return Object.fromEntries(pairs);
}

/** What of such headers is secret: values, and the words of those that say first what they are (`Bearer ...`). */
export function secretsInOtlpHeaders(text: string): readonly string[] {
  const values = Object.values(parseOtlpHeaders(text));
  const words = values.flatMap((value) => value.split(/\s+/).slice(1));
  return [...values, ...words].filter((secret) => secret.length >= shortestSecret);
}

/** Shorter words stand in many texts. */
const shortestSecret = 8;

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // A per cent sign that stands for itself.
  }
}
