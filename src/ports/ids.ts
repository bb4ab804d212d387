/** Where new identities come from: UUIDv7, rising within one process. */
export interface IdSource {
  next(): string;
}
