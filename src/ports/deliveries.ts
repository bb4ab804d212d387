/** What became of something that a forge told us. */
export interface RecordedDelivery {
  readonly forge: string;
  /** The forge's own id of the delivery. */
  readonly id: string;
  /** The name of its event, such as `issues`. */
  readonly event: string;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** A short word, such as `accepted`. */
  readonly outcome: string;
}

/** Deliveries that were received, so that one that comes again is recognised, also after a restart. */
export interface Deliveries {
  has(forge: string, id: string): Promise<boolean>;
  /** The first record of an id stays. */
  save(delivery: RecordedDelivery): Promise<void>;
  /** The newest first. */
  latest(most: number): Promise<readonly RecordedDelivery[]>;
  /** Up to when a repository was swept (epoch ms); undefined before the first time. */
  sweptUntil(forge: string, repository: string): Promise<number | undefined>;
  saveSwept(forge: string, repository: string, until: number): Promise<void>;
  /** Forgets deliveries received before then (epoch ms). @returns how many. */
  forget(before: number): Promise<number>;
}
