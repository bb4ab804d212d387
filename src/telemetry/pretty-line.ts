import type { createColors } from 'picocolors';
import type { LogLevel } from '../domain/signals.ts';
import type { WrittenLine } from './log.ts';

type Colours = ReturnType<typeof createColors>;

/** How each level stands out on a terminal. */
const colourOf: Readonly<Record<LogLevel, 'dim' | 'green' | 'yellow' | 'red'>> = {
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
};

/**
 * A line of the log as people read it at a terminal: its time (of day, of UTC), its level where that is not `info`, where it was, what happened. What a service
 * says of itself stands there alone, as a sentence.
 */
export function prettyLine({ time, level, component, text, run, world, key, attempt, facts = {} }: WrittenLine, colours: Colours): string {
  const words = text.replaceAll(/\s+/g, ' ').trim();
  const { dim } = colours;
  const paint = colours[colourOf[level]];
  if (component === 'service' && run === undefined) return level === 'info' ? words : `${paint(level)} ${words}`;
  const place = [run, key, world, attempt === undefined || attempt === 1 ? undefined : `attempt ${attempt}`].filter(
    (part) => part !== undefined,
  );
  const beside = Object.entries(facts)
    .filter(([name]) => !inWords.has(name))
    .map(([name, value]) => `${name}=${String(value)}`);
  return [
    dim(time.slice(11, 19)),
    ...(level === 'info' ? [] : [paint(level)]),
    ...place.map((part) => dim(part)),
    words,
    ...(typeof facts['ms'] === 'number' ? [dim(inSeconds(facts['ms']))] : []),
    ...beside.map((part) => dim(part.replaceAll(/\s+/g, ' '))),
  ].join(' ');
}

/** Facts that the text or the time says already. */
const inWords: ReadonlySet<string> = new Set(['operation', 'name', 'outcome', 'ms']);

function inSeconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
