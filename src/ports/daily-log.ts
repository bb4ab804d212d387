/** Something that was done, as it stands in the log of its day. */
export interface DailyEntry {
  /** The same for the same thing: it is written once. */
  readonly id: string;
  /** Epoch ms; says in which day's log it stands. */
  readonly at: number;
  /** Markdown, with a heading of the second level. */
  readonly text: string;
}

/** A log of each day in Markdown, one file a day (of UTC), for people. */
export interface DailyLog {
  append(entry: DailyEntry): Promise<void>;
}
