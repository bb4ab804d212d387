/** A part of the state folder, as large as it was when it was looked at. */
export interface DiskPart {
  /** Such as `worlds` or `mirrors`. */
  readonly name: string;
  readonly bytes: number;
  /** It holds more than could be looked at in time. */
  readonly isPartial: boolean;
}

/** How much the state folder holds. */
export interface DiskUse {
  /** The largest first; empty before they were added up. */
  readonly parts: readonly DiskPart[];
  /** Epoch ms: when they were added up; undefined before they were. */
  readonly measuredAt: number | undefined;
  /** They are being added up now. */
  readonly isMeasuring: boolean;
}

/** Adds sizes up beside everything else: nobody waits for it. */
export interface DiskUses {
  /** What is known; where that is older than a minute it is looked at again from now on. */
  read(): DiskUse;
}
