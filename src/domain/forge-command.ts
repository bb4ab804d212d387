import type { WorldName } from './world.ts';
import { worldNames } from './world.ts';
import { visibleText } from './visible-text.ts';

/** What people tell Miyabi to do in a comment, such as `/miyabi approve beta looks right`. */
export const commandVerbs = ['run', 'stop', 'retry', 'approve', 'reject', 'explain'] as const;
export type CommandVerb = (typeof commandVerbs)[number];

export type ForgeCommand =
  | {
      readonly kind: 'command';
      readonly verb: CommandVerb;
      /** The world that is to be taken; only with `approve`. */
      readonly world?: WorldName;
      /** One line in the person's words, at most {@link longestReason} characters. */
      readonly reason?: string;
    }
  /** Meant for us, and nothing that we know. `verb` holds letters, digits and dashes only; empty where none was named. */
  | { readonly kind: 'unknown'; readonly verb: string };

export const longestReason = 500;

/** A command stands near the top of a comment: what is further down is not looked at. In characters. */
const lookedAt = 4_096;

/**
 * Reads the first line of a comment that has something on it: a command begins with `/miyabi`, in whatever case, and a space. Everything else
 * is no command, also one that is quoted or stands further down.
 */
export function readCommand(comment: string): ForgeCommand | undefined {
  const line = visibleText(comment.slice(0, lookedAt))
    .text.split('\n')
    .find((each) => each.trim() !== '');
  const [called, verb = '', ...rest] = line?.trim().split(/\s+/) ?? [];
  // What is indented so far is code.
  if (line === undefined || called?.toLowerCase() !== '/miyabi' || /^(?: {4}|\t)/.test(line)) return undefined;
  const known = commandVerbs.find((each) => each === verb.toLowerCase());
  if (known === undefined) return { kind: 'unknown', verb: verb.replaceAll(/[^a-z\d-]/gi, '').slice(0, 30) };
  const world = known === 'approve' ? worldNames.find((each) => each === rest[0]?.toLowerCase()) : undefined;
  const reason = rest
    .slice(world === undefined ? 0 : 1)
    .join(' ')
    .slice(0, longestReason);
  return { kind: 'command', verb: known, ...(world === undefined ? {} : { world }), ...(reason === '' ? {} : { reason }) };
}
