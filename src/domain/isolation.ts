import type { Config } from './config.ts';
import { Failure } from './failure.ts';
import type { IsolationLevel, IsolationRung } from './machine.ts';

/** Who wrote the text that agents are given: the user at this machine, or anybody who may write an issue. */
export type Authorship = 'user' | 'others';

/** How the worlds of a run are kept apart from the machine, and what a person should know about it. */
export interface ChosenIsolation {
  readonly level: IsolationLevel;
  /** In a sentence. */
  readonly note: string;
}

/**
 * Takes the strongest way that this machine has. What confines nothing is taken for the user's own issue, and said; for an issue
 * that others wrote only where the user has said `none` in so many words.
 *
 * @throws Failure (configuration) where what is asked for cannot be had here, or nothing may be used.
 */
export function chooseIsolation(asked: Config['isolation'], ladder: readonly IsolationRung[], authorship: Authorship): ChosenIsolation {
  if (asked === 'none') return { level: 'limits', note: `${withoutSandbox} That is what \`isolation: none\` asks for.` };
  if (asked !== 'auto') return named(asked, ladder);
  const strongest = ladder.find(({ level, usable }) => usable && level !== 'limits');
  if (strongest !== undefined) return { level: strongest.level, note: noteOn(strongest) };
  if (authorship === 'user') return { level: 'limits', note: `${withoutSandbox} ${missing(ladder)}` };
  throw new Failure(
    'configuration',
    {
      what: 'There is no sandbox on this machine, and the issue was written by others.',
      why: `What agents do for it could reach your files and your network. ${missing(ladder)}`,
      fix: 'Install bubblewrap (`apt install bubblewrap`, `dnf install bubblewrap`), or accept the risk with `isolation: none` in your own configuration.',
    },
    { facts: { ladder } },
  );
}

const withoutSandbox =
  'Isolation: process limits only; a world can reach what you can. What it changes in your repository or where Miyabi keeps its own is noticed, not prevented.';

function noteOn({ detail }: IsolationRung): string {
  return `Isolation: ${detail}`;
}

function named(level: IsolationLevel, ladder: readonly IsolationRung[]): ChosenIsolation {
  const rung = ladder.find((candidate) => candidate.level === level);
  if (rung?.usable === true) return { level, note: noteOn(rung) };
  throw new Failure(
    'configuration',
    {
      what: `\`isolation: ${level}\` cannot be used on this machine.`,
      why: rung?.detail ?? 'It belongs to another system.',
      fix: 'Set `isolation` to auto, which takes the strongest way there is; `miyabi doctor` shows them.',
    },
    { facts: { ladder } },
  );
}

/** Why each stronger way is not there. */
function missing(ladder: readonly IsolationRung[]): string {
  return ladder
    .filter(({ level, usable }) => !usable && level !== 'limits')
    .map(({ level, detail }) => `No ${level}: ${detail}`)
    .join(' ');
}
