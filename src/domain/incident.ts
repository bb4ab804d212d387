/** Something a world was denied, or did that it may not. */
export const incidentKinds = [
  /** An address that is not on the list was asked for. */
  'network',
  /** More memory than the world may use. */
  'memory',
  /** More processes than the world may have. */
  'processes',
  /** More processor time than a process may use. */
  'cpu',
  /** A file larger than a process may write. */
  'file-size',
  /** More disk than the world may use. */
  'disk',
  /** More printed than a world may print. */
  'output',
  /** A system call that is not allowed. */
  'system-call',
  /** Processes that were left over after their program had ended. */
  'left-over',
  /** Something outside of the world changed that nobody but Miyabi writes. */
  'outside',
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** One denial or one broken rule; the same again within a world is counted, not repeated. */
export interface Incident {
  readonly kind: IncidentKind;
  /** For people, such as `example.com:443 is not on the list`. Bounded, one line, no control characters. */
  readonly detail: string;
  /** How often this happened. */
  readonly count: number;
  /** Epoch ms of the first time. */
  readonly at: number;
  /** Whether the world was stopped for it; a denial alone stops nobody. */
  readonly stopped: boolean;
}

/** What a world used while it ran. Absent where the machine cannot tell. */
export interface WorldUsage {
  /** At its highest; where the kernel tells, with what it keeps in memory of the files that were read and written. */
  readonly memoryBytes?: number;
  readonly cpuMs?: number;
  /** At the same time, at its highest. */
  readonly processes?: number;
  /** Addresses that were reached, as `host:port`; at most 100. */
  readonly contacted: readonly string[];
  /** One point in time each, at most 120, evenly spread. */
  readonly samples: ReadonlyArray<{
    readonly atMs: number;
    readonly memoryBytes: number;
    readonly cpuMs: number;
    readonly processes: number;
  }>;
}

/** An incident in a few words, behind the name of the world. */
export function incidentInWords({ kind, detail, count, stopped }: Incident): string {
  const times = count > 1 ? `, ${count} times` : '';
  return `${stopped ? 'stopped' : happened(kind)} (${kind}): ${detail}${times}`;
}

/** What was done about it, where nobody was stopped. */
function happened(kind: IncidentKind): string {
  switch (kind) {
    case 'left-over':
      return 'ended';
    case 'outside':
      return 'found';
    case 'network':
    case 'memory':
    case 'processes':
    case 'cpu':
    case 'file-size':
    case 'disk':
    case 'output':
    case 'system-call':
      return 'denied';
  }
}
