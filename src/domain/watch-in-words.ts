import { releaseName } from './deployment.ts';

/** How far the watch of a release is, with what was measured of it so far. */
export interface Watched {
  readonly environment: string;
  readonly release: number;
  readonly watchedMs: number;
  /** How long it is watched in all. */
  readonly ofMs: number;
  /** Of users, or our own where nobody else is seen. */
  readonly requests: number;
  readonly errors: number;
}

/** Such as `production: watching r12, 3 min of 10, 1,240 requests, 0.2 % errors`. */
export function watchInWords({ environment, release, watchedMs, ofMs, requests, errors }: Watched): string {
  const traffic = requests === 0 ? 'no requests yet' : `${counted(requests, 'request')}, ${share(errors, requests)} errors`;
  return `${environment}: watching ${releaseName({ number: release })}, ${ofTime(Math.min(watchedMs, ofMs), ofMs)}, ${traffic}`;
}

/** `0.2 %`; a share that is not zero is never shown as zero. */
export function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  if (percent === 0) return '0 %';
  return percent < 0.1 ? 'under 0.1 %' : `${percent.toFixed(1)} %`;
}

/** `1 request`, `1,240 requests`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

function ofTime(ms: number, ofMs: number): string {
  if (ofMs < 120_000) return `${Math.floor(ms / 1_000)} s of ${Math.round(ofMs / 1_000)}`;
  return `${Math.floor(ms / 60_000)} min of ${Math.round(ofMs / 60_000)}`;
}
