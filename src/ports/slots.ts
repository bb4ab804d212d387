/** A number that one folder of a world has and no other, here or in another process, and all that follows from it. */
export interface TakenSlot {
  /** From 0. */
  readonly slot: number;
  readonly directory: string;
  /** Epoch ms. */
  readonly takenAt: number;
}

/** The numbers by which worlds that run at the same time keep their ports and the names of their databases apart. */
export interface Slots {
  /**
   * Gives a recorded folder the lowest number that is free, in one transaction; it is free again when the folder is forgotten. A folder
   * that has one keeps it, unless it is among `unusable`.
   *
   * @returns undefined when all are taken.
   */
  take(directory: string, unusable?: readonly number[]): Promise<number | undefined>;
  /** By number. */
  list(): Promise<readonly TakenSlot[]>;
}
