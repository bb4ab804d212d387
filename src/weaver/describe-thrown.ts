import { asJson } from './plain.ts';

/** What was thrown, in a line. Never throws, whatever it is: handlers, schemas and deciders may throw anything at all. */
export function describeThrown(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return `Thrown: ${asJson(thrown) ?? String(thrown)}`;
    return `${part(() => thrown.name)}: ${part(() => thrown.message)}`;
  } catch {
    return 'Thrown: something that cannot be described';
  }
}

/** What stands in an error may be a getter that throws. */
function part(read: () => unknown): string {
  try {
    return String(read());
  } catch {
    return '(unreadable)';
  }
}
