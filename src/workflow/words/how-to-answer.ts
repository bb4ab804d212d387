import { code } from './markdown.ts';

/** What people write to answer, here and at a terminal. @param run as people see it: `run_...`. */
export function howToAnswer(run: string, more: readonly string[] = []): string {
  return [
    `Answer with a comment that begins with ${code('/miyabi approve')} or ${code('/miyabi reject')} and why, or at a terminal with ${code(`miyabi approve ${run}`)} or ${code(`miyabi reject ${run}`)}.`,
    ...more,
  ].join(' ');
}

/** A moment as people of all time zones read it. @param at epoch ms. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
