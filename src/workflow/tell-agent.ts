import type { AgentEvent } from '../ports/agent.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Programs name their tools as they like. */
const longestName = 60;

/** Tells what an agent does to whoever measures it: each tool that it used, when that is over, and its words to whoever asked for them. */
export function tellAgent(telemetry: Telemetry, event: AgentEvent): void {
  if (event.type === 'said') telemetry.tell({ type: 'content', of: 'answer', text: event.text });
  if (event.type !== 'tool') return;
  const { name, subject, failure, tookMs = 0 } = event;
  void telemetry.measure({ kind: 'tool', name: name.slice(0, longestName), tookMs }, async ({ end }) => {
    telemetry.tell({ type: 'content', of: 'tool', text: subject });
    await Promise.resolve(end(failure === undefined ? 'ok' : 'failed'));
  });
}
