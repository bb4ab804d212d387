import { createHash } from 'node:crypto';

/** What happened, line by line; the same for the same seed. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #print: ((line: string) => void) | undefined;
  readonly #last: string[] = [];

  /** @param print where the lines go besides. */
  constructor(print: ((line: string) => void) | undefined) {
    this.#print = print;
  }

  /** @param at virtual ms. */
  add(at: number, who: string, what: string): void {
    this.write(`${String(at).padStart(8)} ${who.padEnd(8)} ${what}`);
  }

  write(line: string): void {
    this.#hash.update(line).update('\n');
    this.#last.push(line);
    if (this.#last.length > 40) this.#last.splice(0, 20);
    this.#print?.(line);
  }

  /** The end of it. */
  last(): readonly string[] {
    return this.#last;
  }

  /** Of every line so far. */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }
}
