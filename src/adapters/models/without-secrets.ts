/** Takes secrets out of bytes that pass in pieces. */
export interface SecretFilter {
  /** The next bytes. @returns those to hand on; the last of them are held back while they may be the beginning of a secret. */
  pass(this: void, piece: Uint8Array): Uint8Array;
  /** What is left at the end. */
  rest(this: void): Uint8Array;
}

/**
 * Keeps out of an answer what must not be in it: a provider, or whatever stands before it, may repeat the key that it was asked with, in an error
 * for instance, and answers are handed to worlds. Each secret gives way to as many stars, so that lengths stay.
 *
 * @param secrets of characters of one byte, as headers have them.
 */
export function withoutSecrets(secrets: readonly string[]): SecretFilter {
  // One character for each byte.
  let held = '';
  return {
    pass(piece) {
      const text = starred(held + latin1(piece), secrets);
      const end = text.length - begunAtEnd(text, secrets);
      held = text.slice(end);
      return Buffer.from(text.slice(0, end), 'latin1');
    },
    rest: () => Buffer.from(held, 'latin1'),
  };
}

/** The same for a text that is there as a whole. */
export function starred(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '*'.repeat(secret.length)), text);
}

/** How many characters at the end of a text may be the beginning of a secret. */
function begunAtEnd(text: string, secrets: readonly string[]): number {
  return Math.max(0, ...secrets.map((secret) => longestBeginning(text.slice(1 - secret.length), secret)));
}

function longestBeginning(end: string, secret: string): number {
  for (let at = 0; at < end.length; at += 1) if (secret.startsWith(end.slice(at))) return end.length - at;
  return 0;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
