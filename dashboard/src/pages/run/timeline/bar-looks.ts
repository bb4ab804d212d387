import type { LucideIcon } from 'lucide-react';
import { Ban, Check, Hourglass, LoaderCircle, Undo2, X } from 'lucide-react';
import type { Tone } from '../../../words/states.ts';
import type { BarOutcome } from './rows.ts';

/** How an execution is shown: by icon, word, colour and pattern. */
export interface BarLook {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly tone: Tone;
  readonly pattern: 'plain' | 'stripes' | 'dashes';
}

export const barLooks: Readonly<Record<BarOutcome, BarLook>> = {
  running: { icon: LoaderCircle, word: 'running', tone: 'info', pattern: 'plain' },
  success: { icon: Check, word: 'done', tone: 'good', pattern: 'plain' },
  failure: { icon: X, word: 'failed', tone: 'bad', pattern: 'stripes' },
  error: { icon: X, word: 'error', tone: 'bad', pattern: 'stripes' },
  blocked: { icon: Hourglass, word: 'began to wait', tone: 'warn', pattern: 'plain' },
  released: { icon: Undo2, word: 'given back', tone: 'idle', pattern: 'dashes' },
  cancelled: { icon: Ban, word: 'cancelled', tone: 'idle', pattern: 'dashes' },
};
