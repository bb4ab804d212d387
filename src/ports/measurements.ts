import type { HealthCheck, TrafficWindow } from '../domain/deployment.ts';

/** What a release is expected to answer at its health path. */
export interface HealthRequest {
  /** With the path. */
  readonly url: string;
  /** The whole commit; what answers with another is not the release. */
  readonly commit: string;
  /** The dotted name of the field of the answer that holds it. */
  readonly commitField: string;
  readonly timeoutMs: number;
  /** Whether the address may be one of a private network or of this machine. */
  readonly isPrivate: boolean;
}

/** Asks a release how it is. Never throws: what could not be measured is said in the result. */
export interface HealthProbe {
  check(request: HealthRequest, signal: AbortSignal): Promise<HealthCheck>;
}

/** Why nothing could be measured, which says nothing about the release. */
export interface NotMeasured {
  readonly kind: 'measuring';
  readonly why: string;
}

/** Where it is known how the requests to a release went. Never throws. */
export interface TrafficSource {
  /** As people read it, such as `Prometheus at metrics.example.org`. */
  readonly name: string;
  measure(
    release: { readonly number: number; readonly commit: string },
    window: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<({ readonly kind: 'measured' } & TrafficWindow) | NotMeasured>;
}
