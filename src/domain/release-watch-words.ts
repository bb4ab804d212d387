import type { Baseline, HealthCheck, TrafficWindow } from './deployment.ts';
import { grouped } from './grouped.ts';
import type { RankTest } from './mann-whitney.ts';
import { mannWhitney } from './mann-whitney.ts';

/** What was seen at a moment (epoch ms), in a line. */
export interface SeenLine {
  readonly at: number;
  readonly text: string;
}

/** As it stands among the evidence: `12:30:05.120 unhealthy: answered 500`, UTC. */
export function evidenceLine({ at, text }: SeenLine): string {
  return `${new Date(at).toISOString().slice(11, 23)} ${text}`;
}

export function checkInWords(check: HealthCheck): string {
  switch (check.kind) {
    case 'healthy':
      return `healthy, in ${Math.round(check.ms)} ms`;
    case 'unhealthy':
      return `unhealthy: ${check.why}`;
    case 'wrong-version':
      return `answered by another version: ${check.found}`;
    case 'measuring':
      return `not checked (which says nothing about the release): ${check.why}`;
  }
}

/** `1,200 requests in 300 s, 61 failed (5.08 %), p95 120 ms`. */
export function windowInWords({ from, to, requests, errors, p95Ms }: TrafficWindow): string {
  const failed = requests === 0 ? '' : `, ${grouped(Math.round(errors))} failed (${percent(errors / requests)})`;
  const latency = p95Ms === undefined ? '' : `, p95 ${Math.round(p95Ms)} ms`;
  return `${grouped(Math.round(requests))} requests in ${Math.round((to - from) / 1_000)} s${failed}${latency}`;
}

/** A share (0 to 1) as people read it, with two digits after the point where it has them. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

export function baselineInWords({ requests, errors, p95Ms, source }: Baseline): string {
  const latency = p95Ms === undefined ? 'an unknown p95' : `p95 ${Math.round(p95Ms)} ms`;
  return `before it: ${grouped(Math.round(requests))} requests, ${grouped(Math.round(errors))} failed, ${latency} (${source})`;
}

/** Whether single requests were slower than before it, where enough of both are known. */
export function latenciesInWords(now: readonly number[], before: readonly number[] | undefined): string | undefined {
  const result = mannWhitney(now, before ?? []);
  return result === undefined ? undefined : `requests beside those before it: ${rankTestInWords(result)}`;
}

function rankTestInWords({ u, z, p }: RankTest): string {
  const chance = p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
  return `${p < 0.01 ? 'slower' : 'not shown to be slower'} (Mann-Whitney U = ${u}, z = ${z.toFixed(2)}, ${chance})`;
}
