import type { Admission, BreakerOutcome, BreakerSettings, Circuit } from '../domain/breaker.ts';

/** A configuration of worlds. */
export interface Configuration {
  /** The same for worlds that are configured alike, whatever task or repository they work on; bounded. */
  readonly key: string;
  /** For people, such as `repair, conservative`. */
  readonly name: string;
}

/** A configuration that has failed of late; one that has not is not kept. */
export interface KnownBreaker extends Configuration {
  readonly circuit: Circuit;
  /** Epoch ms. */
  readonly changedAt: number;
}

/** The breakers of all configurations of worlds, shared by all processes on the database and kept over restarts. */
export interface Breakers {
  /**
   * Asks whether a world may begin. Whoever is admitted reports once how it ended. Writes only where the answer makes it the one that
   * tries a breaker out, so that asking costs next to nothing.
   *
   * @param applicant.holder names the world, whichever attempt of it asks.
   * @param applicant.forMs the longest it may take until it reports.
   */
  admit(
    configuration: Configuration,
    applicant: { readonly holder: string; readonly forMs: number },
    settings: BreakerSettings,
  ): Promise<Admission>;
  report(
    configuration: Configuration,
    end: { readonly holder: string; readonly outcome: BreakerOutcome },
    settings: BreakerSettings,
  ): Promise<void>;
  /** By name. */
  list(): Promise<readonly KnownBreaker[]>;
}
