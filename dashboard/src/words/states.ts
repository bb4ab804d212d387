import type { LucideIcon } from 'lucide-react';
import {
  Ban,
  Check,
  CircleDashed,
  CirclePause,
  CircleQuestionMark,
  Hourglass,
  LoaderCircle,
  Minus,
  RotateCcw,
  TriangleAlert,
  X,
} from 'lucide-react';

/** What a colour means; never without an icon and a word. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'idle';

/** A state as it is shown. */
export interface Shown {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly tone: Tone;
  /** It moves: the icon turns, unless the person wants no motion. */
  readonly moves?: boolean;
}

const running: Shown = { icon: LoaderCircle, word: 'running', tone: 'info', moves: true };
const failed: Shown = { icon: X, word: 'failed', tone: 'bad' };
const cancelled: Shown = { icon: Ban, word: 'cancelled', tone: 'idle' };
const waits: Shown = { icon: Hourglass, word: 'waits', tone: 'idle' };

const known: Readonly<Record<string, Shown>> = {
  // Runs
  running,
  waiting: { icon: CircleQuestionMark, word: 'waiting', tone: 'warn' },
  paused: { icon: CirclePause, word: 'paused', tone: 'warn' },
  stuck: { icon: TriangleAlert, word: 'stuck', tone: 'bad' },
  completed: { icon: Check, word: 'done', tone: 'good' },
  failed,
  cancelled,
  // Tasks
  pending: waits,
  ready: waits,
  succeeded: { icon: Check, word: 'done', tone: 'good' },
  decomposed: { icon: Check, word: 'done', tone: 'good' },
  dead: failed,
  skipped: { icon: Minus, word: 'skipped', tone: 'idle' },
  // Worlds
  harvested: { icon: LoaderCircle, word: 'checking', tone: 'info', moves: true },
  checked: { icon: Check, word: 'checked', tone: 'info' },
  success: { icon: Check, word: 'passed', tone: 'good' },
  timeout: { icon: Hourglass, word: 'out of time', tone: 'bad' },
  // Deployments
  deploying: { icon: LoaderCircle, word: 'deploying', tone: 'info', moves: true },
  watching: { icon: LoaderCircle, word: 'watched', tone: 'info', moves: true },
  'rolling-back': { icon: LoaderCircle, word: 'rolling back', tone: 'warn', moves: true },
  live: { icon: Check, word: 'live', tone: 'good' },
  refused: { icon: Ban, word: 'refused', tone: 'bad' },
  broken: { icon: TriangleAlert, word: 'broken', tone: 'bad' },
  abandoned: { icon: Minus, word: 'given up', tone: 'idle' },
  'rolled-back': { icon: RotateCcw, word: 'rolled back', tone: 'bad' },
};

/** How a state of a run, a task, a world or a deployment is shown; one that is not known by its own word. */
export function shown(state: string): Shown {
  return known[state] ?? { icon: CircleDashed, word: state.replaceAll('-', ' '), tone: 'idle' };
}
