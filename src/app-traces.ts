import type { Config } from './domain/config.ts';
import { parseOtlpHeaders } from './domain/otlp-headers.ts';
import type { Redact } from './domain/redact.ts';
import type { Clock } from './ports/clock.ts';
import type { TelemetryHub } from './telemetry/create-telemetry.ts';
import type { OpenTraces } from './telemetry/traces/create-traces.ts';

/** What traces are wired from; a part of `app.ts`. */
interface TracesRequest {
  readonly config: Config['telemetry'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly telemetry: TelemetryHub;
  readonly version: string;
  readonly instance: string;
  readonly host: string;
  /** Hears what went wrong, in a sentence. */
  readonly tell: (text: string) => void;
}

/** Traces of this process, where somebody collects them: nothing of the libraries for it is loaded elsewhere. */
export async function openTracesIfWanted({
  config,
  environment,
  clock,
  redact,
  telemetry,
  tell,
  ...who
}: TracesRequest): Promise<OpenTraces | undefined> {
  const url = tracesUrl(config.otlp.endpoint, environment);
  if (url === undefined) return undefined;
  const { createTraces } = await import('./telemetry/traces/create-traces.ts');
  const { sample, content } = config;
  const headers = parseOtlpHeaders(environment[config.otlp.headersVariable] ?? '');
  const traces = createTraces({ url, headers, sample, content, ...who }, { clock, redact, telemetry, tell });
  telemetry.listen(traces.listener);
  return traces;
}

/** Where traces go: as it is configured, else as OpenTelemetry's own variables say it. */
function tracesUrl(endpoint: string | undefined, environment: TracesRequest['environment']): string | undefined {
  const said = (variable: string): string | undefined => environment[variable]?.trim() || undefined;
  if (said('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || said('OTEL_TRACES_EXPORTER') === 'none') return undefined;
  const base = endpoint ?? said('OTEL_EXPORTER_OTLP_ENDPOINT');
  const whole = endpoint === undefined ? said('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') : undefined;
  return whole ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`);
}
