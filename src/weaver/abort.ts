/** Why an attempt was asked to stop; the `reason` of its AbortSignal. */
export class AttemptAborted extends Error {
  override readonly name = 'AttemptAborted';
  readonly why: 'cancelled' | 'lease-lost' | 'time-limit' | 'shutdown';

  constructor(why: AttemptAborted['why'], message: string) {
    super(message);
    this.why = why;
  }
}
