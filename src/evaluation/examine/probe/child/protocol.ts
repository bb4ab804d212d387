import type { MessagePort } from 'node:worker_threads';
import type { ProbePlan, Told } from '../../../../domain/examination.ts';

/** What the program reads from its standard input, as JSON. */
export interface ProbeInput {
  /** Nobody but the two ends knows it: a line counts only with it before it. */
  readonly secret: string;
  /** Real path of the checkout. */
  readonly directory: string;
  readonly plans: readonly ProbePlan[];
  /** One call, in ms; a module has ten times as long to load. */
  readonly callMs: number;
  /** All calls, in ms. */
  readonly totalMs: number;
}

/** What it prints, one to a line. `plan`: its place in the list. */
export type ProbeLine =
  | { readonly type: 'answers'; readonly plan: number; readonly answers: readonly Told[] }
  | { readonly type: 'ended'; readonly plan: number; readonly problem?: string };

/** What a thread is told: the functions to try, and where to begin. */
export interface ThreadInput {
  readonly directory: string;
  readonly plans: readonly ProbePlan[];
  readonly start: Step;
  readonly port: MessagePort;
  /** Two numbers, the {@link Step} that is taken just now; the input is -1 while a module loads. */
  readonly progress: Int32Array;
}

/** An input of a plan, by their places. */
export interface Step {
  readonly plan: number;
  readonly input: number;
}

export type ThreadMessage = ProbeLine | { readonly type: 'done' };
