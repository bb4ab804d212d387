import type { Tone } from '../words/states.ts';

/** Text in the colour of a tone. */
export const toneText: Readonly<Record<Tone, string>> = {
  good: 'text-good',
  bad: 'text-bad',
  warn: 'text-warn',
  info: 'text-info',
  idle: 'text-idle',
};

/** The same on its own soft ground. */
export const toneSoft: Readonly<Record<Tone, string>> = {
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  info: 'bg-info-soft text-info',
  idle: 'bg-idle-soft text-idle',
};
