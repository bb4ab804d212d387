import type { EventCursor } from '../domain/events.ts';

/** How far each reader of the stream of events has come, so that it goes on from there after a restart. */
export interface Readers {
  /** @returns undefined for one that has never read. */
  cursor(reader: string): Promise<EventCursor | undefined>;
  save(reader: string, cursor: EventCursor): Promise<void>;
}
