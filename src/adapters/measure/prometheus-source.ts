import { z } from 'zod';
import type { MeasurementSource } from '../../domain/config-deploy.ts';
import type { NotMeasured, TrafficSource } from '../../ports/measurements.ts';
import type { HttpTools } from './ask-http.ts';
import { askHttp } from './ask-http.ts';
import { jsonIn } from './json-in.ts';
import { shown } from './shown.ts';

type Settings = Extract<MeasurementSource, { readonly kind: 'prometheus' }>;

const timeoutMs = 10_000;
const mostBytes = 65_536;

/** Instant queries, see "Querying Prometheus: HTTP API"; a sample is `[time, "value"]`. */
const sample = z.tuple([z.number(), z.string()]);
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
      z.object({ resultType: z.literal('scalar'), result: sample }),
    ]),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

/** A number, nothing (no series, or a value that is none), or why it cannot be known. */
type Queried = { readonly kind: 'number'; readonly value: number } | { readonly kind: 'nothing' } | NotMeasured;

/**
 * Three queries for one window, at its end. How many requests there were, and how many of them failed, have to be numbers: a query that names what
 * nobody counts would otherwise prove every release. A latency may be missing.
 */
export function prometheusSource(tools: HttpTools, settings: Settings, token: string | undefined): TrafficSource {
  const base = new URL(settings.url);
  return {
    name: `Prometheus at ${base.host}`,
    async measure(release, { from, to }, signal) {
      const ask = async (query: string): Promise<Queried> => {
        const filled = filledIn(query, { seconds: Math.max(1, Math.round((to - from) / 1_000)), ...release });
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const question = { url: queryUrl(base, filled, to), isPrivate: settings.private, headers, timeoutMs, mostBytes, signal };
        const answer = await askHttp(tools, question);
        return answer.kind === 'failed' ? notMeasured(answer.why) : read(answer.status, answer.body);
      };
      const [requests, errors, p95Ms] = await Promise.all([ask(settings.requests), ask(settings.errors), ask(settings.p95Ms)]);
      if (requests.kind !== 'number') return counted('requests', requests);
      const window = { kind: 'measured', from, to, requests: requests.value } as const;
      if (requests.value === 0) return { ...window, errors: 0, p95Ms: undefined };
      if (errors.kind !== 'number') return counted('errors', errors);
      if (p95Ms.kind === 'measuring') return p95Ms;
      return { ...window, errors: errors.value, p95Ms: p95Ms.kind === 'number' ? p95Ms.value : undefined };
    },
  };
}

function counted(name: 'requests' | 'errors', queried: Exclude<Queried, { readonly kind: 'number' }>): NotMeasured {
  if (queried.kind === 'measuring') return queried;
  return notMeasured(`the query \`${name}\` has no value; where nothing counted means none, end it with \`or vector(0)\``);
}

function notMeasured(why: string): NotMeasured {
  return { kind: 'measuring', why: shown(why) };
}

function filledIn(
  query: string,
  { seconds, number, commit }: { readonly seconds: number; readonly number: number; readonly commit: string },
): string {
  return query.replaceAll('<seconds>', String(seconds)).replaceAll('<release>', String(number)).replaceAll('<commit>', commit);
}

function queryUrl(base: URL, query: string, at: number): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}/api/v1/query`;
  url.searchParams.set('query', query);
  url.searchParams.set('time', (at / 1_000).toFixed(3));
  return url;
}

function read(status: number, body: string | undefined): Queried {
  const answer = answerSchema.safeParse(jsonIn(body ?? ''));
  if (!answer.success) return notMeasured(`Prometheus answered ${status} with something else than one number`);
  if (answer.data.status === 'error') return notMeasured(`Prometheus answered ${status}: ${answer.data.error}`);
  const { data } = answer.data;
  const samples = data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value);
  if (samples.length > 1) return notMeasured(`Prometheus has ${samples.length} values for a query that is to give one; sum them`);
  const value = Number.parseFloat(samples[0]?.[1] ?? 'NaN');
  return Number.isFinite(value) && value >= 0 ? { kind: 'number', value } : { kind: 'nothing' };
}
