/** Something that is said in passing. */
export interface Said {
  readonly kind: 'success' | 'info' | 'error';
  readonly text: string;
  /** What else is worth knowing of it. */
  readonly description?: string;
  /** How long it stays, in ms; a few seconds unless told. */
  readonly duration?: number;
}

type More = Pick<Said, 'description' | 'duration'>;

const listeners = new Set<() => void>();
let waiting: readonly Said[] = [];
let isBegun = false;

/** Says something in passing, in a corner. What shows it is loaded when something is said for the first time. */
export const say = {
  success: (text: string, more: More = {}): void => add({ kind: 'success', text, ...more }),
  info: (text: string, more: More = {}): void => add({ kind: 'info', text, ...more }),
  error: (text: string, more: More = {}): void => add({ kind: 'error', text, ...more }),
};

function add(said: Said): void {
  isBegun = true;
  waiting = [...waiting, said];
  for (const each of listeners) each();
}

/** Whether anything was ever said. */
export function hasSaid(): boolean {
  return isBegun;
}

/** @returns what was said and not shown yet; it is taken to be shown now. */
export function takeUnsaid(): readonly Said[] {
  const taken = waiting;
  waiting = [];
  return taken;
}

export function onSaid(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
