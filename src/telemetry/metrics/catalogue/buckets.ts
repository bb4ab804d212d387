/** Seconds, for what a database or a forge does. */
export const quickBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/** Seconds, for what is made on a disk, or checked. */
export const shortBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600] as const;

/** Seconds, for what agents and whole runs take. */
export const longBuckets = [0.1, 0.5, 1, 5, 15, 30, 60, 180, 300, 600, 900, 1_800, 3_600, 14_400] as const;

/** Points of 100. */
export const pointBuckets = [10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100] as const;
