/** Space on the disk of the state folder that is held while there is enough of it, so that it can be given back when there is none. */
export interface Ballast {
  /** Bytes that are to be held, and that are. */
  state(): Promise<{ readonly wantedBytes: number; readonly heldBytes: number }>;
  /** Takes the space where the disk has room for several times of it, and gives back what is held where none is wanted. @returns whether it is held. */
  hold(): Promise<boolean>;
  /** Gives it back at once, for what cannot wait. @returns whether there was any. */
  giveBack(): boolean;
}
