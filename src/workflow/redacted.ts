import type { Choice, WorldVerdict } from '../domain/choice.ts';
import type { Redact } from '../domain/redact.ts';

/**
 * A choice as it may be kept and shown: what strangers named or said in it is without secrets, such as a file that is called after one. Tests
 * of the base keep their names, by which they are known later on.
 */
export function redactedChoice(choice: Choice, redact: Redact): Choice {
  const { verdicts, caveats, examination } = choice;
  return {
    ...choice,
    verdicts: verdicts.map((verdict) => redactedVerdict(verdict, redact)),
    caveats: redacted(caveats, redact),
    ...(examination === undefined ? {} : { examination: redacted(examination, redact) }),
  };
}

function redactedVerdict(verdict: WorldVerdict, redact: Redact): WorldVerdict {
  const { files, against, summary, evidence } = verdict;
  return {
    ...verdict,
    ...redacted({ files, against, summary }, redact),
    ...(evidence === undefined ? {} : { evidence: redacted(evidence, redact) }),
  };
}

/** Data as it was, but for the secrets in its texts. */
export function redacted<Value>(value: Value, redact: Redact): Value {
  if (typeof value === 'string') return redact(value).text as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, redact)) as Value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted<unknown>(item, redact)])) as Value;
}
