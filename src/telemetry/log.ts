import { stripVTControlCharacters } from 'node:util';
import pino from 'pino';
import type { LogSettings } from '../domain/config-log.ts';
import { displayId } from '../domain/ids.ts';
import type { Redact } from '../domain/redact.ts';
import type { Component, Facts, LogLevel, Place } from '../domain/signals.ts';
import { logLevels } from '../domain/signals.ts';
import { withoutInvisible } from '../domain/visible-text.ts';
import type { Listener } from './create-telemetry.ts';
import type { LogLine } from './log-lines.ts';
import { componentOf, levelOfBegin, levelOfEnd, lineOfBegin, lineOfEnd, lineOfSignal } from './log-lines.ts';

/** A line as it stands in a log of lines of JSON. Ids are those that people see. */
export interface WrittenLine {
  readonly level: LogLevel;
  /** ISO 8601, of UTC, with milliseconds. */
  readonly time: string;
  readonly pid: number;
  readonly host: string;
  readonly component: Component;
  readonly run?: string;
  readonly task?: string;
  /** The type of the task, such as `miyabi.world.run`. */
  readonly type?: string;
  /** Of the task in its run, such as `task-1`. */
  readonly key?: string;
  readonly world?: string;
  /** Which of the task's, from 1. */
  readonly attempt?: number;
  /** Of the run, as traces name it. */
  readonly trace?: string;
  readonly facts?: Facts;
  readonly text: string;
}

/** From which level on lines are written, and for which parts of the product from another. */
export type LogLevels = Pick<LogSettings, 'level' | 'levels'>;

/** Writes what is told. */
export interface Log {
  readonly listener: Listener;
  /** From now on these levels hold. */
  use(this: void, levels: LogLevels): void;
}

/** What a log is made with. */
export interface LogParts extends LogLevels {
  readonly redact: Redact;
  /** Epoch ms. */
  readonly now: () => number;
  /** Of the process, on every line. */
  readonly from: { readonly pid: number; readonly host: string };
  /** Each is handed every line of JSON, with its end, in this order. */
  readonly sinks: ReadonlyArray<(line: string) => void>;
  /** Hears of secrets that were taken out of a line. */
  readonly onRedacted: (count: number) => void;
}

/** The longest text of a line and the longest fact, in characters: the rest is left out. */
const mostText = 4_000;
const mostFact = 500;

/**
 * A listener that writes lines of JSON: of what happens, what is begun and what comes to its end, from the level on that is set for its component. In every
 * text characters that nobody sees are left out, and then every secret; what is left is escaped by JSON, so that no text can end its line or look
 * like another one.
 */
export function createLog({ redact, now, from, sinks, onRedacted, ...first }: LogParts): Log {
  let wanted = thresholds(first);
  const logger = pino(
    {
      level: 'debug',
      base: from,
      messageKey: 'text',
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line) => sinks.forEach((sink) => sink(line)) },
  );

  function isWanted(component: Component, level: LogLevel): boolean {
    return rank[level] >= wanted(component);
  }

  function write({ component, level, text, facts }: LogLine, place: Place): void {
    if (!isWanted(component, level)) return;
    let removed = 0;
    const clean = (words: string, most: number): string => {
      const safe = redact(withoutInvisible(stripVTControlCharacters(words)).replaceAll(/[\u2028\u2029]/g, '\n'));
      removed += safe.removed;
      return safe.text.length > most ? `${safe.text.slice(0, most - 1)}…` : safe.text;
    };
    const told = facts === undefined ? undefined : cleanFacts(facts, (words) => clean(words, mostFact));
    const line = { component, ...whereOf(place, (words) => clean(words, mostFact)), ...(told === undefined ? {} : { facts: told }) };
    logger[level](line, clean(text, mostText));
    if (removed > 0) onRedacted(removed);
  }

  return {
    listener: {
      told(signal, place) {
        const line = lineOfSignal(signal);
        if (line !== undefined) write(line, place);
      },
      began({ operation, place }) {
        const level = levelOfBegin(operation.kind);
        if (level === undefined || !isWanted(componentOf(operation.kind), level)) return;
        const line = lineOfBegin(operation);
        if (line !== undefined) write(line, place);
      },
      ended({ operation, place }, end) {
        if (isWanted(componentOf(operation.kind), levelOfEnd(operation.kind, end))) write(lineOfEnd(operation, end), place);
      },
    },
    use(levels) {
      wanted = thresholds(levels);
    },
  };
}

const rank = Object.fromEntries(logLevels.map((level, index) => [level, index])) as Readonly<Record<LogLevel, number>>;

function thresholds({ level, levels }: LogLevels): (component: Component) => number {
  return (component) => rank[levels[component] ?? level];
}

/** What is not known of a place is left out. Names of tasks and worlds come from plans, which may be foreign. */
function whereOf({ run, task, taskType, key, world, attemptNumber, trace }: Place, clean: (words: string) => string): Partial<WrittenLine> {
  return {
    ...(run === undefined ? {} : { run: displayId('run', run) }),
    ...(task === undefined ? {} : { task: displayId('task', task) }),
    ...(taskType === undefined ? {} : { type: taskType }),
    ...(key === undefined ? {} : { key: clean(key) }),
    ...(world === undefined ? {} : { world: clean(world) }),
    ...(attemptNumber === undefined ? {} : { attempt: attemptNumber }),
    ...(trace === undefined ? {} : { trace }),
  };
}

function cleanFacts(facts: Facts, clean: (words: string) => string): Facts | undefined {
  const told = Object.entries(facts).filter(([, value]) => value !== undefined);
  if (told.length === 0) return undefined;
  return Object.fromEntries(told.map(([name, value]) => [clean(name), typeof value === 'string' ? clean(value) : value]));
}
