import type { Knowledge } from '../../ports/knowledge.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { observeCalls } from './calls.ts';

/** The same knowledge base. */
export function observeKnowledge<Base extends Knowledge>(knowledge: Base, telemetry: Telemetry): Base {
  return observeCalls(knowledge, telemetry, { kind: 'knowledge', methods: ['save', 'search', 'reindex'] });
}
