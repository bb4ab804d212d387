import type { Redact } from '../../domain/redact.ts';
import type { RedactionSink } from '../../domain/signals.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** The same; what is taken out of texts on their way there is counted. */
export function observeRedact(redact: Redact, sink: RedactionSink, telemetry: Telemetry): Redact {
  return (text) => {
    const redacted = redact(text);
    if (redacted.removed > 0) telemetry.tell({ type: 'secret.redacted', sink, count: redacted.removed });
    return redacted;
  };
}
