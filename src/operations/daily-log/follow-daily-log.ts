import type { DailyLog } from '../../ports/daily-log.ts';
import { followEvents } from '../follow-events.ts';
import type { OperationTools } from '../tools.ts';
import { entryOf } from './entry-of-event.ts';

/**
 * Writes the log of each day as long as it is not disposed. What agents and tests said in it may hold a secret: none is written.
 *
 * @param machine whose log it is: each keeps one of its own.
 */
export function followDailyLog(
  tools: Pick<OperationTools, 'engine' | 'ledger' | 'clock' | 'redact'>,
  { log, machine, tell }: { readonly log: DailyLog; readonly machine: string; readonly tell: (text: string) => void },
): AsyncDisposable {
  return followEvents(tools, {
    name: `daily-log:${machine}`,
    tell,
    async read(event) {
      const entry = await entryOf(tools.engine, event);
      if (entry === undefined) return false;
      await log.append({ ...entry, text: tools.redact(entry.text).text });
      return true;
    },
  });
}
