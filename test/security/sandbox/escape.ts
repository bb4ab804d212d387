import type { Incident } from '../../../src/domain/incident.ts';
import type { ProcessRequest, ProcessResult } from '../../../src/ports/process.ts';
import type { WorldLimits } from '../../../src/ports/sandbox.ts';
import type { Stand } from './stand.ts';

export interface Program {
  readonly language: 'sh' | 'python' | 'node';
  readonly code: string;
}

export const sh = (code: string): Program => ({ language: 'sh', code });
export const python = (code: string): Program => ({ language: 'python', code });
export const node = (code: string): Program => ({ language: 'node', code });

export interface After {
  readonly stand: Stand;
  readonly result: ProcessResult;
  readonly incidents: readonly Incident[];
}

/**
 * One way to get out, as data, so that every kind of sandbox is tried with the same. A program says `ESCAPED` where it got what it
 * should not, and `tried` when it is through. Whatever a case says itself, it holds afterwards that the program has not said
 * `ESCAPED` nor printed the secret, that nothing outside has changed, and that none of its processes lives.
 */
export interface Escape {
  /** Goes on from "a program of a world": such as `reads the list of passwords`. */
  readonly tries: string;
  readonly program: (stand: Stand) => Program;
  readonly before?: (stand: Stand) => Promise<void> | void;
  readonly request?: (
    stand: Stand,
  ) => Partial<Pick<ProcessRequest, 'env' | 'limits' | 'timeoutMs' | 'graceMs' | 'keepBytes' | 'stdin' | 'onLine'>>;
  readonly limits?: Partial<WorldLimits>;
  /** Beyond what always holds. */
  readonly holds?: (after: After) => Promise<void> | void;
  /** Default: `tried`, the program came to its end. `anyhow`: it may be ended before. */
  readonly ends?: 'tried' | 'anyhow';
  /** It does no harm without walls, and gets out there: the same is run so, to see that the case can fail. */
  readonly control?: true;
  /** Not for this kind of sandbox, and why. */
  readonly notIn?: Partial<Record<'bubblewrap' | 'container', string>>;
}
