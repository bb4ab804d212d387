/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failure';
  readonly detail: string;
  /** What to do; empty when nothing is to be done. */
  readonly fix: string;
}

/** A finding with what `--fix` does about it. */
export interface Diagnosis extends Finding {
  /** Touches nothing of a person's and nothing of a living process. @returns what was done, in a sentence. */
  readonly mend?: () => Promise<string>;
}

/** A sound finding. */
export function fine(name: string, detail: string): Finding {
  return { name, status: 'ok', detail, fix: '' };
}

export function warning(name: string, detail: string, fix: string): Finding {
  return { name, status: 'warning', detail, fix };
}

export function failure(name: string, detail: string, fix: string): Finding {
  return { name, status: 'failure', detail, fix };
}

/** Bytes as people are told them. */
export function inSize(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
