import type { Incident } from '../../domain/incident.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Told } from './rung.ts';

/** Different incidents of one world; what comes beyond is counted under its kind. */
const most = 100;
const longestDetail = 200;
/** Between two reports of the same incident, in ms. */
const pauseMs = 1_000;

export interface Incidents {
  tell(told: Told): Incident;
  all(): readonly Incident[];
  /** Reports what has not been reported yet. */
  flush(): void;
}

/**
 * Gathers what a world was denied. A world can cause any number of denials, with any text in them: equal ones are counted, the
 * number of different ones and their length are bounded, and each is reported once a second at most.
 */
export function gatherIncidents({ clock, report }: { readonly clock: Clock; readonly report: (incident: Incident) => void }): Incidents {
  const entries = new Map<string, { incident: Incident; reported: number; reportedAt: number }>();
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const entry of entries.values()) if (entry.incident.count > entry.reported) send(entry);
  }

  function send(entry: { incident: Incident; reported: number; reportedAt: number }): void {
    entry.reported = entry.incident.count;
    entry.reportedAt = clock.monotonic();
    report(entry.incident);
  }

  return {
    tell({ kind, detail, stopped }) {
      const clean = cleanDetail(detail);
      const known = entries.has(`${kind} ${clean}`);
      const text = known || stopped || entries.size < most ? clean : 'and more of the kind';
      const key = `${kind} ${text}`;
      const entry = entries.get(key) ?? {
        incident: { kind, detail: text, count: 0, at: clock.now(), stopped },
        reported: 0,
        reportedAt: 0,
      };
      entries.set(key, entry);
      entry.incident = { ...entry.incident, count: entry.incident.count + 1, stopped: entry.incident.stopped || stopped };
      if (entry.reported === 0 || clock.monotonic() - entry.reportedAt >= pauseMs) send(entry);
      else timer ??= setTimeout(flush, pauseMs).unref();
      return entry.incident;
    },
    all: () => [...entries.values()].map(({ incident }) => incident),
    flush,
  };
}

/** One line, short, and nothing that a terminal obeys or that turns the direction of text. */
function cleanDetail(detail: string): string {
  const line = detail.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= longestDetail ? line : `${line.slice(0, longestDetail - 1)}…`;
}
