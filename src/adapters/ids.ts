import { v7 } from 'uuid';
import type { IdSource } from '../ports/ids.ts';

/** UUIDv7; the library keeps a counter, so those of one process rise even within a millisecond. */
export const systemIds: IdSource = { next: () => v7() };
