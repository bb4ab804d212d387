/** Time. Wall time is for records, the monotonic one for durations; neither is read anywhere else. */
export interface Clock {
  /** Whole epoch milliseconds. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonic(): number;
}
