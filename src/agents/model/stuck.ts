import { createHash } from 'node:crypto';
import { watchErrors } from '../../domain/early-end.ts';

/** What the watch thinks of a conversation. */
export type Advice =
  | { readonly kind: 'go-on' }
  /** Something to tell the model. */
  | { readonly kind: 'remark'; readonly text: string }
  /** Nothing will come of it. `reason`: a sentence without its full stop. */
  | { readonly kind: 'end'; readonly reason: string };

/** Notices a model that turns in circles. */
export interface StuckWatch {
  /** Asked before a call is carried out. */
  called(tool: string, input: unknown): Advice;
  /** Told what it came to. */
  answered(result: { readonly text: string; readonly failure?: string; readonly changed?: string }): Advice;
  /** Told when all calls of a turn are done. */
  turned(): Advice;
}

/** The same call in a row: at the second a remark, at the third the end. */
const mostInARow = 3;
/** Turns that change nothing and find out nothing. */
const patience = { remark: 12, end: 16 } as const;

const goOn: Advice = { kind: 'go-on' };

/** @param sameErrors the same error so often in a row is the end; at the second there is a remark. */
export function watchForLoops(sameErrors: number): StuckWatch {
  const calls = countInARow();
  const errors = watchErrors(sameErrors);
  const known = new Set<string>();
  let progress = false;
  let idleTurns = 0;
  return {
    called(tool, input) {
      const times = calls(digest(`${tool} ${JSON.stringify(input)}`));
      if (times >= mostInARow) return { kind: 'end', reason: `the same call of ${tool} ${times} times in a row` };
      if (times < 2) return goOn;
      return { kind: 'remark', text: 'That was the very call you made just before. Do something else: a third time ends your work.' };
    },
    answered({ text, failure, changed }) {
      const summary = digest(text.replaceAll(/\d+/g, '0'));
      progress ||= changed !== undefined || !known.has(summary);
      known.add(summary);
      const { times, end } = errors.see(failure);
      if (end !== undefined) return { kind: 'end', reason: end.reason };
      if (times < 2) return goOn;
      return {
        kind: 'remark',
        text: `That was the same error as before. Go about it in another way: ${sameErrors} in a row end your work.`,
      };
    },
    turned() {
      idleTurns = progress ? 0 : idleTurns + 1;
      progress = false;
      if (idleTurns >= patience.end) return { kind: 'end', reason: `${idleTurns} turns that changed nothing and found out nothing` };
      if (idleTurns !== patience.remark) return goOn;
      return { kind: 'remark', text: 'For many turns now you have changed nothing and found out nothing new. Make the change, or finish.' };
    },
  };
}

/** @returns how often the same thing came, this time included; nothing is never the same. */
function countInARow(): (what: string | undefined) => number {
  let last: string | undefined;
  let times = 0;
  return (what) => {
    times = what !== undefined && what === last ? times + 1 : 1;
    last = what;
    return times;
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
