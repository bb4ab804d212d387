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

/** What a thread is told. */
export interface ThreadInput {
  readonly directory: string;
  readonly plan: ProbePlan;
  /** The first input to try. */
  readonly from: number;
  readonly port: MessagePort;
  /** One number: the input that is tried just now, -1 while the module loads. */
  readonly progress: Int32Array;
}

export type ThreadMessage =
  | { readonly type: 'answers'; readonly answers: readonly Told[] }
  | { readonly type: 'unusable'; readonly problem: string }
  | { readonly type: 'done' };
