import type { LogName } from '../domain/logs/log-name.ts';
import { lineHas, withoutColours } from '../domain/logs/shown-line.ts';
import { worldNames } from '../domain/world.ts';
import type { Colours, Shell } from './shell.ts';

/** Writes lines of logs for people, or one JSON object each. */
export interface LogWriter {
  isFound(text: string): boolean;
  line(of: LogName, number: number, text: string): void;
  /** So many lines were printed too fast to be told. */
  skipped(of: LogName, count: number): void;
  /** Lines that were written. */
  told(): number;
}

interface LogWriting {
  readonly json?: boolean;
  readonly find?: string;
  readonly world?: string;
  /** Those that there are now; more may come. */
  readonly logs: readonly LogName[];
}

/** The worlds, and as wide as the longest of their names. */
const tints = ['cyan', 'magenta', 'yellow', 'green', 'blue'] as const satisfies readonly (keyof Colours)[];
const widest = Math.max(...worldNames.map((name) => name.length));

export function openLogWriter(shell: Shell, run: string, { json = false, find, world, logs }: LogWriting): LogWriter {
  const { colours } = shell;
  const isFound = find === undefined ? () => true : lineHas(find);
  const hasTasks = new Set(logs.flatMap(({ planTask }) => planTask ?? [])).size > 1;
  const labels = logs.map((log) => labelOf(log, hasTasks));
  const isOne = world !== undefined && labels.length <= 1;
  const width = Math.max(widest, ...labels.map((label) => label.length));
  let count = 0;

  function before(of: LogName): string {
    return isOne ? '' : `${tintOf(of, colours)(labelOf(of, hasTasks).padEnd(width))} | `;
  }

  return {
    isFound,
    line(of, number, text) {
      count += 1;
      if (json) {
        const { log, planTask = null, world: name = null } = of;
        const told = { run, log, planTask, world: name, number, text: withoutColours(text) };
        return shell.out(`${JSON.stringify({ type: 'log.line', schemaVersion: 1, ...told })}\n`);
      }
      shell.out(`${before(of)}${inColours(text, colours)}\n`);
    },
    skipped(of, left) {
      if (json) shell.out(`${JSON.stringify({ type: 'log.skipped', schemaVersion: 1, run, log: of.log, lines: left })}\n`);
      else shell.err(`${before(of)}${colours.dim(`[${left} lines left out: they came too fast]`)}\n`);
    },
    told: () => count,
  };
}

function labelOf({ log, planTask, world }: LogName, hasTasks: boolean): string {
  if (planTask === undefined || world === undefined) return log;
  const name = log.slice(planTask.length + 1);
  return hasTasks ? `${planTask} ${name}` : name;
}

/** Each world has its own, whichever of them there are. */
function tintOf({ world }: LogName, colours: Colours): (text: string) => string {
  const place = worldNames.findIndex((name) => name === world);
  const tint = tints[place % tints.length];
  return tint === undefined ? colours.dim : colours[tint];
}

/** Colours of a line end with it. */
function inColours(text: string, { isColorSupported }: Colours): string {
  const plain = withoutColours(text);
  return isColorSupported && plain !== text ? `${text}\u001b[0m` : plain;
}
